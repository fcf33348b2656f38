package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Notice tells parties the nature, principles and effect of mediation, and their rights and duties, A10.
type Notice struct {
	Parties []ident.ID `json:"party_ids" nullable:"false"`
	Manner  string     `json:"manner" doc:"oral or written"`
}

// GiveNotice records that parties were told. Who is told again was told the first time: that is what counts before a session (A10),
// and in the dossier (C11).
func (s *Service) GiveNotice(ctx context.Context, g authz.Grant, o Order, in Notice) (View, error) {
	return s.act(ctx, g, o, GiveNotice, func(d *deed, c *Case) (note, error) {
		if in.Manner != "oral" && in.Manner != "written" {
			return note{}, fault.New(fault.Invalid, "", "请选择口头或书面告知。", "Please choose oral or written.").At("manner")
		}
		if len(in.Parties) == 0 {
			return note{}, fault.New(fault.Invalid, "", "请选择已告知的当事人。", "Please choose the parties that were told.").At("party_ids")
		}
		told := make([]string, 0, len(in.Parties))
		for _, id := range in.Parties {
			p := c.party(id)
			if p == nil {
				return note{}, fault.New(fault.Invalid, "", "请选择本案的当事人。", "Please choose parties of this case.").At("party_ids")
			}
			p.tell(d.at, in.Manner)
			told = append(told, id.String())
		}
		return note{fact: journal.Fact{"parties": told, "manner": in.Manner}}, nil
	})
}

// tell keeps the earliest moment at which a party was told.
func (p *Party) tell(at time.Time, manner string) {
	if p.NoticeAt == nil || at.Before(*p.NoticeAt) {
		p.NoticeAt, p.NoticeManner = &at, manner
	}
}

// Sitting is the record of one meeting, F9.
type Sitting struct {
	StartsAt time.Time  `json:"starts_at"`
	EndsAt   *time.Time `json:"ends_at,omitempty"`
	Place    string     `json:"place"`
	Mode     string     `json:"mode,omitempty" doc:"in_person (default), online or phone"`
	Kind     string     `json:"kind" doc:"joint, caucus or investigation"`
	Open     bool       `json:"open,omitempty" doc:"Open to the public; closed when any party asks"`
	Present  []ident.ID `json:"attending" nullable:"false" doc:"Parties present"`
	Guests   []Guest    `json:"participants,omitempty" nullable:"false" doc:"Invited to help, M3"`
	Record   string     `json:"record,omitempty"`
	Risk     int        `json:"risk,omitempty" doc:"1–4, assessed at each session"`
	Result   string     `json:"result,omitempty"`
	Despite  string     `json:"despite_violence,omitempty" doc:"Why a joint session is held in a case marked for domestic violence: whose wish, and what keeps them safe (M11)"`

	Mediators []ident.ID `json:"mediators,omitempty,omitzero" nullable:"false" doc:"Mediators present; host and co-mediators where left out"`
	Points    []string   `json:"points,omitempty,omitzero" nullable:"false" doc:"Which of the seven points the record shows, F9: rights_told, identity_told, statements, findings_checked, risk_told, outcome, signatures"`
	Details

	Appointment ident.ID `json:"appointment_id,omitempty,omitzero" doc:"The appointment that was kept"`
}

// OpenSession records a session, caucus or investigation that was held.
func (s *Service) OpenSession(ctx context.Context, g authz.Grant, o Order, in Sitting) (View, error) {
	return s.act(ctx, g, o, OpenSession, func(d *deed, c *Case) (note, error) {
		if err := in.check(d, c); err != nil {
			return note{}, err
		}
		if err := notBefore("starts_at", in.StartsAt, c.earliest(OpenSession)); err != nil {
			return note{}, err
		}
		if err := in.mayBeHeld(c); err != nil {
			return note{}, err
		}
		in.presentThen(c)
		warnings, err := in.warnings(d, c)
		if err != nil {
			return note{}, err
		}
		_, closed := in.closes()
		v := Session{Key: d.newKey(), CaseID: c.ID, StartsAt: moment(in.StartsAt), EndsAt: in.EndsAt, Place: strings.TrimSpace(in.Place),
			Mode: in.Mode, Kind: in.Kind, Open: in.Open && !closed, Record: in.Record, Result: in.Result, Risk: in.Risk, HostID: c.HostID,
			Guests: in.Guests, Attending: in.Present, Mediators: in.Mediators, Points: in.Points, Details: in.Details}
		if err := c.hold(in.Appointment, v); err != nil {
			return note{}, err
		}
		if v.Kind == caucusKind { // what was said stands in its own record only
			if err := d.putAway(c, &v); err != nil {
				return note{}, err
			}
			c.sat(v)
			return note{fact: caucusFact(&v, journal.Fact{"note_length": v.NoteLength}), warnings: warnings}, nil
		}
		c.sat(v)
		n := note{fact: journal.Fact{"session": v.ID.String(), "kind": v.Kind, "attending": len(v.Attending), "open": v.Open, "risk": v.Risk}, words: journal.Words{"result": v.Result}, warnings: warnings}
		if in.Despite != "" {
			n.words = withWord(n.words, "despite_violence", in.Despite)
		}
		return n, nil
	})
}

// sat counts a session and takes over the risk that was assessed at it.
func (c *Case) sat(v Session) {
	c.Sittings = append(c.Sittings, v)
	c.Sessions++
	if c.FirstSessionAt == nil {
		c.FirstSessionAt = &v.StartsAt
	}
	if v.Risk > 0 {
		c.assess(v.Risk)
	}
}

// assess sets the risk; red opens the duty to report to the police, M8.
func (c *Case) assess(risk int) {
	c.Risk = risk
	c.PoliceOpen = c.PoliceOpen || risk == redRisk
}

func (in *Sitting) check(d *deed, c *Case) error {
	var bad fault.Check
	if in.Mode == "" {
		in.Mode = "in_person"
	}
	bad.Take("mode", codes.SessionModes.Check(in.Mode))
	bad.Take("kind", codes.SessionKinds.Check(in.Kind))
	between(&bad, "risk", in.Risk, 0, redRisk)
	need(&bad, "place", in.Place, maxShort)
	atMost(&bad, "record", in.Record, maxFacts)
	atMost(&bad, "result", in.Result, maxFacts)
	if earlier(d.now(), in.StartsAt) {
		bad.Add("starts_at", "日期不能晚于今天。这里记录已经进行的调解。", "It cannot lie later than today: this records a session that was held.")
	}
	if in.EndsAt != nil && (in.EndsAt.Before(in.StartsAt) || earlier(d.now(), *in.EndsAt)) {
		bad.Add("ends_at", "结束时间应在开始之后，不晚于今天。", "It must end after it starts, and not later than today.")
	}
	if len(in.Present) == 0 && in.Kind != "investigation" {
		bad.Add("attending", "请选择到场的当事人。", "Please choose the parties present.")
	}
	if in.Kind == "joint" && len(in.Present) == 1 {
		bad.Add("attending", "共同调解至少有两方到场；只有一方请选单方会谈。", "A joint session has at least two parties; with one, choose a caucus.")
	}
	if len(slices.Compact(slices.SortedFunc(slices.Values(in.Present), byID))) < len(in.Present) {
		bad.Add("attending", "同一位当事人不能重复选择。", "The same party cannot be chosen twice.")
	}
	if in.Kind == "caucus" && len(in.Present) > 1 {
		bad.Add("attending", "单方会谈只有一方当事人。", "A caucus is held with one party.")
	}
	for i, guest := range in.Guests {
		at := fmt.Sprintf("participants[%d]", i)
		need(&bad, at+".name", guest.Name, maxShort)
		bad.Take(at+".kind", codes.InvitedKinds.Check(guest.Kind))
	}
	in.checkRecord(&bad, c)
	return bad.Err()
}

func byID(a, b ident.ID) int { return strings.Compare(a.String(), b.String()) }

// mayBeHeld: every attending party has consented (A2) and been told (A10), and agrees to those invited (M3).
func (in *Sitting) mayBeHeld(c *Case) error {
	if c.Violence && in.Kind == "joint" && strings.TrimSpace(in.Despite) == "" {
		return fault.Rule("M11", "本案涉家庭暴力，原则上不安排共同调解。受害人要求的，请写明理由和安全措施；否则请单方会谈。",
			"The case is marked for domestic violence: no joint session is held as a rule. Where the victim wants one, say why and what keeps them safe; else hold a caucus.")
	}
	for _, id := range in.Present {
		p := c.party(id)
		switch {
		case p == nil:
			return fault.New(fault.Invalid, "", "请选择本案的当事人。", "Please choose parties of this case.").At("attending")
		case p.Consent != Agreed:
			return fault.Rule("A2", "%s 还没有同意调解，不能参加。", "%s has not agreed to mediation and cannot attend.", p.Name)
		case p.ConsentAt != nil && earlier(in.StartsAt, *p.ConsentAt):
			return fault.Rule("A2", "%s 在这次调解之后才同意。", "%s agreed only after this session.", p.Name)
		case p.NoticeAt != nil && earlier(in.StartsAt, *p.NoticeAt):
			return fault.Rule("A10", "告知 %s 权利义务的时间晚于这次调解。", "%s was told their rights and duties only after this session.", p.Name)
		case p.NoticeAt == nil:
			return fault.Rule("A10", "还没有告知 %s 其权利义务。请先告知并记录。", "%s has not been told their rights and duties. Please do so and record it.", p.Name)
		}
		if err := c.guarded(p, in.StartsAt); err != nil {
			return err
		}
	}
	for i := range in.Guests {
		if err := in.Guests[i].agreedTo(c, in.Present); err != nil {
			return err
		}
	}
	return nil
}
