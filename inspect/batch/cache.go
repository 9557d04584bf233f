package batch

import (
	"hash/maphash"
	"strings"
	"sync"
)

// cache keeps what was found out about tokens that come again: in logs, one token comes with every request. Its size is bounded, and
// tokens that come once cost nearly nothing: only the hash of a token is kept at first, its result from the second time on.
type cache struct {
	seed   maphash.Seed
	shards [16]shard
}

type shard struct {
	mu         sync.Mutex
	seen       [512]uint64 // hashes of tokens that came once, each in its own slot
	now, older map[string]*result
}

// Bounds of the cache: results of two generations in each shard, and the largest token that is kept. All together it holds at
// most 16 · 2 · 128 results of about 2 · 4 KiB.
const (
	keptResults = 128
	keptToken   = 4 << 10
	keptLine    = 8 << 10
)

func newCache() *cache { return &cache{seed: maphash.MakeSeed()} }

// get gives the result for a token that came at least twice, or nil, and the hash for put.
func (c *cache) get(token string) (*result, uint64) {
	hash := maphash.String(c.seed, token)
	s := &c.shards[hash>>60]
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.now[token]; r != nil {
		return r, hash
	}
	r := s.older[token]
	if r != nil {
		s.keep(token, r)
	}
	return r, hash
}

// put remembers that a token came, and the second time a copy of its result.
func (c *cache) put(hash uint64, token string, r *result) {
	if len(token) > keptToken || len(r.line) > keptLine {
		return
	}
	s := &c.shards[hash>>60]
	s.mu.Lock()
	defer s.mu.Unlock()
	slot := &s.seen[hash%uint64(len(s.seen))]
	if *slot != hash {
		*slot = hash
		return
	}
	kept := *r
	kept.line = append([]byte(nil), r.line...)
	kept.kid, kept.issuer = strings.Clone(r.kid), strings.Clone(r.issuer)
	s.keep(strings.Clone(token), &kept)
}

// keep adds to the younger generation; when that is full it becomes the older one, and what was older is forgotten.
func (s *shard) keep(token string, r *result) {
	if s.now == nil || len(s.now) >= keptResults {
		s.older, s.now = s.now, make(map[string]*result, keptResults)
	}
	s.now[token] = r
}
