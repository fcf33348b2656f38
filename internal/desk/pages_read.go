package desk

import (
	"strings"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
)

// What is typed into the forms beside the procedure: needs, parties and their helpers, courts, corrections, ties.

func readNeeds(t *typed) casework.Needs {
	in := casework.Needs{PartyID: t.choice("party_id"), Language: t.text("language"), Reads: t.text("reads"), Help: t.all("help"), Contact: t.text("contact"),
		HideAddress: t.ticked("hide_address"), Unsafe: t.ticked("former_unsafe"), Capacity: t.text("capacity")}
	email := t.text("email")
	in.Email, in.Channel = &email, t.text("channel")
	if in.Contact == casework.ContactHours {
		in.From, in.To = t.number("from_hour"), t.number("to_hour")
	}
	return in
}

func readNaming(t *typed) casework.Naming {
	return casework.Naming{PartyID: t.choice("party_id"), MediatorID: t.id("mediator_id")}
}

func readAdding(t *typed) casework.Adding {
	return casework.Adding{Role: t.text("role"), Reason: t.text("reason"), PartyIn: casework.PartyIn{Kind: t.text("kind"), Name: t.text("name"),
		Phone: t.text("phone"), PhoneReason: t.text("phone_reason"), IDNumber: t.text("id_number"), Address: t.text("address"), BornOn: t.day("born_on"),
		Email: t.text("email"), Reads: t.text("reads")}}
}

func readRemoving(t *typed) casework.Removing {
	return casework.Removing{PartyID: t.choice("party_id"), Reason: t.text("reason")}
}

func readHelper(t *typed) casework.HelperIn {
	in := casework.HelperIn{PartyID: t.choice("party_id"), Kind: t.text("kind"), Name: t.text("name"), Relation: t.text("relation"),
		IDNumber: t.text("id_number"), Phone: t.text("phone"), Language: t.text("language")}
	switch in.Kind {
	case casework.AsAgent:
		in.Scopes, in.Dated, in.Signature = t.all("scopes"), t.day("dated"), t.text("signature_kind")
	case casework.AsGuardian:
		in.Consent, in.Channel = casework.Consent(t.text("consent")), t.text("channel")
	}
	return in
}

func readHelperEnd(t *typed) casework.HelperEnd {
	return casework.HelperEnd{Helper: t.choice("helper_id"), Reason: t.text("reason"), Void: t.ticked("void")}
}

func readConfirmation(t *typed) casework.ConfirmationIn {
	return casework.ConfirmationIn{Court: t.text("court"), AppliedOn: t.day("applied_on"), Basis: t.text("basis"), Applicants: t.ids("applicants"),
		Subject: t.text("subject"), Papers: t.all("papers"), Late: t.text("late_reason")}
}

func readConfirmed(t *typed) casework.Confirmed {
	return casework.Confirmed{Decision: t.text("decision"), DecidedOn: t.day("decided_on"), DocumentNo: t.text("document_no"), CourtNo: t.text("court_no"),
		AcceptedOn: t.day("accepted_on")}
}

func readRepudiation(t *typed) casework.Repudiation {
	return casework.Repudiation{Kind: t.text("kind"), PartyID: t.id("party_id"), Court: t.text("court"), FiledOn: t.day("filed_on"), CourtNo: t.text("court_no"),
		Result: t.text("result"), DecidedOn: t.day("decided_on"), DocumentNo: t.text("document_no"), Reason: t.text("reason")}
}

func readRemedy(t *typed) casework.Remedy {
	return casework.Remedy{Ground: t.text("ground"), Reason: t.text("reason"), Consents: t.ids("consents"), Channel: t.text("channel"), Host: t.id("host_mediator_id")}
}

// readCorrecting reads what is to be put right, or the decision on what another person asked for.
func readCorrecting(t *typed) casework.Correcting {
	if t.text("correction_id") == "" {
		asked := readAmendment(t)
		return casework.Correcting{Set: asked.Set, Reason: asked.Reason}
	}
	in := casework.Correcting{Decides: t.id("correction_id"), Reason: t.text("reason")}
	switch yes := t.text("approve") == "yes"; t.text("approve") {
	case "yes", "no":
		in.Approves = &yes
	}
	return in
}

func readDeciding(t *typed) casework.Deciding {
	return casework.Deciding{Mediator: t.choice("mediator_id"), Decision: t.text("decision"), Reason: t.text("reason")}
}

// readScreening reads the questions about violence that were answered; nil where none was asked.
func readScreening(t *typed) *casework.Screening {
	in := casework.Screening{Answers: map[string]bool{}, Victim: t.id("violence.victim_party_id"), Vulnerable: t.text("violence.vulnerable")}
	for _, q := range codes.ViolenceQuestions {
		if said := t.text("violence.answers." + q.Code); said != "" {
			in.Answers[q.Code] = said == "yes"
		}
	}
	if len(in.Answers) == 0 && in.Victim.IsZero() && in.Vulnerable == "" {
		return nil
	}
	return &in
}

// partyOrHelper reads a choice between a party and somebody who acts for it: <party>, or <party>/<helper>.
func (t *typed) partyOrHelper(name, value string) (party, helper ident.ID) {
	one, other, _ := strings.Cut(value, "/")
	return t.asID(name, one), t.asID(name, other)
}
