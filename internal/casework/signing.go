package casework

import (
	"context"
	"errors"
	"slices"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Signing puts one signature or the seal under the agreement.
type Signing struct {
	PartyID    ident.ID `json:"party_id,omitempty,omitzero"`
	MediatorID ident.ID `json:"mediator_id,omitempty,omitzero"`
	Helper     ident.ID `json:"helper_id,omitempty,omitzero" doc:"Staff: the agent or guardian who signed for the party"`
	Seal       bool     `json:"seal,omitempty"`
	Kind       string   `json:"kind" doc:"drawn, fingerprint, wet_ink or code"`
	TextHash   string   `json:"text_hash" doc:"Of the text that the signer saw"`
	Code       string   `json:"code,omitempty" doc:"A party signing by itself: the one-time code sent to its channel"`
	Name       string   `json:"name,omitempty" doc:"A party signing by itself: its name as the agreement has it, typed"`
	Drawing    string   `json:"drawing,omitempty" doc:"With drawn, a party signing by itself: the strokes on a sheet of 600 by 200, as M and L of a path with whole numbers"`
}

// Sign records a signature of a party or the mediator, or the committee's seal. It binds to the text's hash. When the
// last one is in, the agreement takes effect in the same transaction, G4.
func (s *Service) Sign(ctx context.Context, g authz.Grant, o Order, in Signing) (View, error) {
	out, err := s.sign(ctx, g, o, in)
	if err != nil && fault.Of(err).Code == "signing_code" && in.Code != "" {
		return out, errors.Join(err, s.countWrongCode(ctx, g, o.Case))
	}
	return out, err
}

func (s *Service) sign(ctx context.Context, g authz.Grant, o Order, in Signing) (View, error) {
	return s.act(ctx, g, o, Sign, func(d *deed, c *Case) (note, error) {
		a := c.Agreement
		if in.TextHash != a.TextHash {
			return note{}, fault.New(fault.Conflict, "text_changed", "协议内容与您看到的不同。请重新阅读后再签。",
				"The agreement is not the text you saw. Please read it again before signing.")
		}
		if err := codes.SignatureKinds.Check(in.Kind); err != nil {
			return note{}, fault.Of(err).At("kind")
		}
		sig, err := d.signer(c, in)
		if err != nil {
			return note{}, err
		}
		if slices.ContainsFunc(a.standing(), sig.same) {
			return note{}, errSigned
		}
		sig.Key, sig.CaseID, sig.AgreementID, sig.Kind, sig.TextHash = d.newKey(), c.ID, a.ID, in.Kind, a.TextHash
		sig.SignedAt, sig.RecordedBy = d.at, d.grant.By().Person
		a.Signatures = append(a.Signatures, sig)
		n := note{party: sig.PartyID, then: BecomeEffective, fact: journal.Fact{"signature": sig.ID.String(), "signer": sig.Signer,
			"kind": sig.Kind, "text_hash": sig.TextHash, "by_itself": !d.grant.By().IsStaff()}}
		if sig.Drawing != "" {
			n.fact["drawing_sha256"] = digestOf(sig.Drawing)
		}
		if !sig.HelperID.IsZero() {
			n.fact["signed_by_helper"] = sig.HelperID.String()
		}
		return n, nil
	})
}

// askForPhoto: ink recorded by staff is shown by its photograph.
var askForPhoto = fault.Say("请拍下纸质签名，作为材料上传到本案。", "Please photograph the signature on paper and attach it to the case.")

// signedOnPaper tells whether a party's signature in force was given on paper.
func (c *Case) signedOnPaper() bool {
	return c.Agreement != nil && slices.ContainsFunc(c.Agreement.standing(), func(s Signature) bool {
		return s.Signer == ByParty && (s.Kind == "wet_ink" || s.Kind == "fingerprint")
	})
}

var errSigned = fault.New(fault.Conflict, "signed", "已经签过了。", "This signature is already there.")

func (sig Signature) same(other Signature) bool {
	return sig.Signer == other.Signer && sig.PartyID == other.PartyID && (sig.Signer != ByMediator || sig.MediatorID == other.MediatorID)
}

// signer finds who signs, and whether whoever acts may do so for them, P8. Nobody of the staff signs for a party: they
// record what was signed on paper or by fingerprint before them.
func (d *deed) signer(c *Case, in Signing) (Signature, error) {
	switch {
	case in.Seal:
		return Signature{Signer: BySeal}, d.mustBeStaff()
	case !in.MediatorID.IsZero():
		return d.mediatorSigner(c, in)
	}
	p, err := d.actingParty(c, in.PartyID)
	if err != nil {
		return Signature{}, err
	}
	sig := Signature{Signer: ByParty, PartyID: p.ID}
	if slices.ContainsFunc(c.Agreement.standing(), sig.same) {
		return sig, errSigned
	}
	if sig.HelperID, err = d.signedFor(c, p, in.Helper); err != nil {
		return sig, err
	}
	if d.byParty(p) {
		if in.Kind != "drawn" && in.Kind != "code" {
			return sig, fault.New(fault.Invalid, "", "在这里只能手写签名或填写姓名和验证码；纸质签名和指印由调解员当面登记。",
				"Here you sign by drawing, or by name and code; ink and fingerprints are recorded by the mediator before whom they are given.").At("kind")
		}
		sig.Drawing = in.Drawing
		return sig, errors.Join(c.ownHand(sig, in), d.useSigningCode(c, p, in.Code))
	}
	if in.Kind != "wet_ink" && in.Kind != "fingerprint" || in.Drawing != "" || in.Name != "" {
		return sig, fault.New(fault.Denied, "", "工作人员只能登记当事人当面的纸质签名或指印，不能代签。",
			"Staff may only record a party's ink signature or fingerprint given before them; nobody signs for a party.")
	}
	return sig, nil
}

// ownHand checks what somebody who signs here themselves wrote: their name typed as the agreement has it, or drawn.
func (c *Case) ownHand(sig Signature, in Signing) error {
	if in.Drawing != "" {
		if in.Kind != "drawn" {
			return fault.New(fault.Invalid, "", "手写签名的方式应为 drawn。", "A drawn signature is of the kind drawn.").At("kind")
		}
		if err := checkDrawing(in.Drawing); err != nil {
			return err
		}
	}
	if in.Name == "" {
		return nil
	}
	if h := c.helper(sig.HelperID); h != nil {
		return signedName(in.Name, h.Name)
	}
	return signedName(in.Name, c.party(sig.PartyID).Name)
}

// signedFor is who signs for a party: its agent under a power of attorney (C12), or its guardian (P2); nobody where it
// signs itself, which somebody who needs a guardian cannot do alone.
func (d *deed) signedFor(c *Case, p *Party, named ident.ID) (ident.ID, error) {
	h, err := d.spokeFor(c, p, named, Sign)
	if err != nil {
		return ident.ID{}, err
	}
	if p.needsGuardian(dayOf(d.at)) && (h == nil || h.Kind != AsGuardian) {
		return ident.ID{}, fault.Rule("P2", "%s 未成年或不具有完全民事行为能力，协议由监护人签名。", "%s is a minor or without full capacity: the guardian signs.", p.Name)
	}
	if h == nil {
		return ident.ID{}, nil
	}
	return h.ID, h.maySign(dayOf(d.at))
}

func (d *deed) mediatorSigner(c *Case, in Signing) (Signature, error) {
	i := slices.IndexFunc(c.People, func(p Participant) bool {
		return p.MediatorID == in.MediatorID && mediates(p.Part) && p.EndedAt == nil
	})
	if i < 0 {
		return Signature{}, fault.New(fault.Invalid, "", "这位调解员没有参与本案。", "That mediator does not work on this case.").At("mediator_id")
	}
	if c.People[i].PersonID != d.grant.By().Person && in.Kind != "wet_ink" {
		return Signature{}, fault.New(fault.Denied, "", "调解员须本人签名，或登记其纸质签名。", "A mediator signs in person; another may only record an ink signature.")
	}
	return Signature{Signer: ByMediator, MediatorID: in.MediatorID}, d.mustBeStaff()
}

func (d *deed) mustBeStaff() error {
	if by := d.grant.By(); by.Holds(actor.Mediator) || by.Holds(actor.Chair) {
		return nil
	}
	return fault.New(fault.Denied, "", "这一步由调委会办理。", "This is for the committee to do.")
}

// retractSignatures marks the signatures that match as taken back, and tells how many there were.
func (d *deed) retractSignatures(a *Agreement, match func(Signature) bool) int {
	n, now := 0, d.now()
	for i := range a.Signatures {
		if sig := &a.Signatures[i]; sig.RetractedAt == nil && match(*sig) {
			sig.RetractedAt = &now
			n++
		}
	}
	return n
}

// takesEffect begins the life of what was agreed: what courts and visitors had to do with an earlier version ends with it.
func (c *Case) takesEffect(at time.Time, o Outcome) {
	c.EffectiveAt, c.Outcome = &at, o
	c.LegalTrack, c.FollowUps = "", 0
}

// becomeEffective is the system's act when the last signature is in: the agreement takes effect at that moment, G4.
func (d *deed) becomeEffective(c *Case) journal.Fact {
	at := c.Agreement.effectiveAt()
	c.Agreement.EffectiveAt = &at
	c.takesEffect(at, WrittenAgreement)
	confirmBy := d.cal.Last(calendar.DayOf(at), confirmationWindow)
	return journal.Fact{"agreement": c.AgreementID.String(), "effective_at": at.Format(time.RFC3339), "confirmation_until": confirmBy}
}
