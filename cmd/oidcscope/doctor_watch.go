package main

import (
	"context"
	"time"

	"github.com/oidcscope/oidcscope/flows/doctor"
)

// keepWatching checks again and again, and tells what is not as it was the time before. It ends with the context.
func (o *doctorOptions) keepWatching(ctx context.Context, sys *system, common *shared, cfg doctor.Config, before *doctor.Report) error {
	timer := time.NewTimer(o.every)
	defer timer.Stop()
	keys := before.Subject // the last one that had keys: they may rotate while the provider is away
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
		}
		cfg.Previous = keys
		now, err := doctor.Run(ctx, cfg, func(doctor.Event) {})
		if err != nil {
			return err
		}
		changes := doctor.Compare(before, now)
		if o.format == "json" {
			if len(changes) > 0 {
				err = writeJSON(sys.stdout, now.JSON())
			}
		} else {
			out := sys.answer(common.noColor)
			out.Changes(sys.now(), changes)
			err = out.Err()
		}
		if err != nil {
			return err
		}
		now.Subject.Previous = nil // what was before the one before is of no use
		before = now
		if now.Subject.Set != nil {
			keys = now.Subject
		}
		timer.Reset(o.every)
	}
}
