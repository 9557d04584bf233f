package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// stepper is a person who debugs a run by lines at a prompt: --step and --break.
type stepper struct {
	notes  *plain.Printer
	print  *plain.Run // what is held, on the same output as the prompt
	keys   *keyboard
	before func() // called before a prompt: whoever else reads lines stops

	every  bool            // hold every request
	breaks map[string]bool // ids of steps of which everything is held
	answer bool            // hold the next answer too
	events []flows.Event   // so far
}

// needsPerson says why the run can't be held here.
func (o *runOptions) needsPerson() error {
	flag := "--step"
	if !o.step {
		flag = "--break"
	}
	return usage("", "%s needs a terminal: somebody has to let go what is held", flag)
}

// debugger puts a person at the stops of a run, when --step or --break ask for one.
func (o *runOptions) debugger(cfg *flows.Config, flow flows.Flow, notes *plain.Printer, keys *keyboard) (*stepper, error) {
	if !o.step && len(o.breaks) == 0 {
		return nil, nil
	}
	s := &stepper{notes: notes, print: notes.Run(flow, o.showSecrets), keys: keys, before: func() {}, every: o.step, breaks: make(map[string]bool)}
	if err := o.checkBreaks(flow); err != nil {
		return nil, err
	}
	for _, id := range o.breaks {
		s.breaks[id] = true
	}
	if !keys.available() {
		return nil, o.needsPerson()
	}
	cfg.Debug, cfg.Trail = s.stop, new(flows.Trail)
	return s, nil
}

// checkBreaks finds a breakpoint at a step that the flow does not have.
func (o *runOptions) checkBreaks(flow flows.Flow) error {
	var ids []string
	for _, step := range slices.Concat(flow.Steps, o.beside.Steps) {
		if !slices.Contains(ids, step.ID) {
			ids = append(ids, step.ID)
		}
	}
	for _, id := range o.breaks {
		if !slices.Contains(ids, id) {
			return usage("", "--break: want a step of this flow (%s), got %q", oneOf(ids), id)
		}
	}
	return nil
}

// event keeps what the run tells, for the values. It may be called on nil.
func (s *stepper) event(e flows.Event) {
	if s != nil {
		s.events = append(s.events, e)
	}
}

func (s *stepper) holds(at flows.Stop) bool {
	switch {
	case at.Refused != "" || at.Kind == flows.AfterFailure || s.breaks[at.Step]:
		return true
	case at.Kind == flows.BeforeTaking || at.Kind == flows.BeforeReturn:
		return s.answer
	}
	return s.every && at.Kind != flows.BeforeStep
}

// stop is the run's debugger: it asks the person what to do.
func (s *stepper) stop(ctx context.Context, at flows.Stop) (flows.Command, error) {
	if !s.holds(at) {
		return flows.Command{}, nil
	}
	s.answer = false
	s.before()
	if at.Refused != "" {
		s.notes.Note("      not possible: " + at.Refused)
	} else {
		s.print.Stop(at)
	}
	s.notes.Note("      " + choices(at) + " · q ends the run · ? for more")
	p := prompt{stepper: s, at: at}
	for {
		text, err := s.keys.line(ctx)
		if err != nil {
			return flows.Command{}, err
		}
		if p.take(strings.TrimSpace(text)) {
			return p.command, nil
		}
	}
}

// choices says what is done most at a stop.
func choices(at flows.Stop) string {
	switch at.Kind {
	case flows.BeforeStep:
		return "enter begins it · s leaves it out"
	case flows.BeforeTaking:
		return "enter takes it in · name=value changes it · R sends the request again"
	case flows.BeforeReturn:
		return "enter takes it in · name=value changes it"
	case flows.BeforeOpen:
		return "enter opens it · name=value and -name change it"
	case flows.AfterFailure:
		return "enter lets the run end · r tries again"
	}
	return "enter sends it · name=value and -name change it · d drops it"
}

// prompt is one stop, with the command that comes of the lines typed there.
type prompt struct {
	*stepper
	at      flows.Stop
	command flows.Command
}

// take does what a line says. It reports whether the run goes on.
func (p *prompt) take(line string) (done bool) {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "", "n", "y":
		return true
	case "a":
		p.answer = true
		return true
	case "c":
		p.every = false
		return true
	case "s":
		p.command = flows.Command{Do: flows.Skip}
		return true
	case "d":
		if p.at.Held != nil {
			p.command.Request = record.Decision{Action: record.Drop}
			return true
		}
		p.say("nothing is about to be sent here")
	case "q":
		p.command = flows.Command{Do: flows.Abort}
		return true
	case "R":
		return p.resend(rest)
	case "r":
		return p.restart(rest)
	case "take":
		p.use(rest)
	case "v":
		p.print.Variables(flows.TraceVariables(p.events))
	case "p":
		p.print.Stop(p.at)
		p.draft()
	case "u":
		p.command = flows.Command{}
		p.say("as it was")
	case "b":
		p.toggle(rest)
	case "?", "h", "help":
		p.help()
	case "e":
		p.edit(rest)
	default:
		p.edit(line)
	}
	return false
}

func (p *prompt) say(text string) { p.notes.Note("      " + text) }

// edit adds one change to what is held.
func (p *prompt) edit(words string) {
	var err error
	switch {
	case p.at.Held != nil:
		p.command.Request, err = flows.EditRequest(p.at.Held, p.command.Request, words)
	case p.at.Answer != nil:
		p.command.Answer, err = flows.EditAnswer(p.at.Answer, p.command.Answer, words)
	default:
		p.say("nothing is held here that could be changed; ? lists what can be done")
		return
	}
	if err != nil {
		p.say(err.Error() + "; ? lists what can be done")
		return
	}
	p.draft()
}

func (p *prompt) draft() {
	switch {
	case p.at.Held != nil:
		p.print.Draft(p.at.Held, p.command.Request)
	case p.at.Answer != nil:
		p.print.DraftAnswer(p.at.Answer, p.command.Answer)
	}
}

// resend sends a request again: that of the held answer, or one by its number.
func (p *prompt) resend(number string) bool {
	id, err := strconv.Atoi(number)
	switch {
	case number == "" && p.at.Kind == flows.BeforeTaking:
		if p.at.Resend != "" {
			p.say(p.at.Resend)
		}
		id = p.at.Answer.Exchange.ID
	case err != nil && len(p.at.Exchanges) == 0:
		p.say("nothing has been sent that could be sent again")
		return false
	case err != nil:
		p.say("which one? R and one of the numbers " + strings.Join(numbers(p.at.Exchanges), ", "))
		return false
	}
	p.answer = true
	p.command = flows.Command{Do: flows.Resend, Exchange: id}
	return true
}

func numbers(ids []int) []string {
	var all []string
	for _, id := range ids {
		all = append(all, strconv.Itoa(id))
	}
	return all
}

// use chooses the answer to take in, of those to the same request.
func (p *prompt) use(number string) {
	id, err := strconv.Atoi(number)
	if p.at.Answer == nil || err != nil {
		p.say("want the number of an exchange whose answer is held: take 4")
		return
	}
	p.command.Answer.Use = id
	p.say("enter takes in the answer of exchange " + number)
}

// restart goes back to a step. Without one it goes to where a retry makes sense, after a failure, or lists the steps.
func (p *prompt) restart(step string) bool {
	i := slices.IndexFunc(p.at.Restarts, func(r flows.Restart) bool {
		return r.Step == step || step == "" && p.at.Kind == flows.AfterFailure && r.Step == p.at.Step
	})
	switch {
	case i < 0:
		p.print.Restarts(p.at.Restarts)
		p.say("r and one of these steps goes back to it")
		return false
	case step == "":
		step = p.at.Restarts[i].From
	}
	if text := p.at.Restarts[i].Text; text != "" {
		p.say(text)
	}
	p.command = flows.Command{Do: flows.RestartFrom, Step: step}
	return true
}

// toggle sets or takes away a breakpoint.
func (p *prompt) toggle(step string) {
	if step == "" {
		step = p.at.Step
	}
	if p.breaks[step] = !p.breaks[step]; p.breaks[step] {
		p.say("everything of the step " + step + " is held from now on")
	} else {
		p.say("the step " + step + " is not held any more")
	}
}

func (p *prompt) help() {
	p.notes.Table("", [][2]string{
		{"enter, n", "go on, to the next request"}, {"a", "go on, and hold the answer too"}, {"c", "go on to the end, or to the next breakpoint"},
		{"name=value", "change a parameter, or a member of an answer; +name=value adds one, -name drops it"},
		{"Name: value", "change a header field; -Name: drops it"}, {"method=GET", "of a request; url=https://… and body=… too"},
		{"status=400", "of an answer; body=… too; id_token.nonce=x changes what is in a token"},
		{"u", "as it was"}, {"p", "what is held"}, {"v", "the values: where from, where to"},
		{"s", "leave the step out"}, {"d", "drop the request"}, {"R [NUMBER]", "send the request of the held answer, or an earlier one, once more"}, {"take NUMBER", "take in the answer of that exchange"},
		{"r [STEP]", "go back to a step"}, {"b [STEP]", "hold everything of a step, or no longer"}, {"q", "end the run"},
	})
}
