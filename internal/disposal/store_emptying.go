package disposal

import (
	"slices"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// fate is what becomes of a table's rows of a dossier that is destroyed: they go, or they stay without words, or as they are.
type fate struct {
	table string
	of    string // which rows; "": those of the case by case_id
	set   string // what is emptied; "" removes the rows
	anew  string // a sealed column that may not be empty: a dash is sealed in it
	stays string // why a table's rows stay as they are
}

const (
	ofCaseID    = "county_code = @county AND case_id = @case"
	ofAgreement = "county_code = @county AND agreement_id IN (SELECT id FROM agreements WHERE " + ofCaseID + ")"
	ofSession   = "county_code = @county AND session_id IN (SELECT id FROM mediation_sessions WHERE " + ofCaseID + ")"
	ofReview    = "county_code = @county AND item_id IN (SELECT id FROM review_items WHERE " + ofCaseID + ")"
	ofClaim     = "county_code = @county AND claim_id IN (SELECT id FROM subsidy_claims WHERE " + ofCaseID + ")"
)

// fates are all tables in which something of a case lies; a test looks that none is forgotten, and no sealed column of one whose rows stay.
// What the figures are counted from stays: how many and of what kind, days, amounts, who mediated.
var fates = []fate{
	{table: "dispute_cases", of: "county_code = @county AND id = @case",
		set: "title = '', applicant_names = '', respondent_names = '', facts_sealed = NULL, request_sealed = NULL, guidance_sealed = NULL, property_facts = '', bar_document = '', filed_by = NULL"},
	{table: "case_parties", set: "name = '', name_key = '', person_id = NULL, id_number_sealed = NULL, id_number_index = '', phone_sealed = NULL, phone_index = '', address_sealed = NULL, email_sealed = NULL," +
		" phone_reason = '', sex = '', ethnicity = '', born_on = NULL, occupation = '', employer = '', credit_code = '', legal_representative = '', language = '', help = '', reads = '', contact = '', capacity = '', named_mediator_id = NULL"},
	{table: "case_people", of: ofCaseID + " AND (party_id IS NOT NULL OR mediator_id IS NULL)", set: "name = '', person_id = NULL"},
	{table: "case_helpers", set: "person_id = NULL, relation_sealed = NULL, id_number_sealed = NULL, phone_sealed = NULL, language = '', dated = NULL", anew: "name_sealed"},
	{table: "case_referrals", set: "number = '', organ = '', organ_category = '', officer_sealed = NULL, reply_to_sealed = NULL"},
	{table: "case_transfers", set: "text_sealed = NULL, answer_sealed = NULL"},
	{table: "referrals_out", set: "organ = '', reason_sealed = NULL, not_told_sealed = NULL"},
	{table: "mediation_sessions", set: "place_sealed = NULL, record_sealed = NULL, result_sealed = NULL, guests_sealed = NULL, details_sealed = NULL"},
	{table: "agreements", set: "facts_sealed = NULL, issues_sealed = NULL"},
	{table: "agreement_clauses", of: ofAgreement, set: "text_sealed = NULL"},
	{table: "obligations", set: "manner_sealed = NULL"},
	{table: "signatures", set: "drawing_sealed = NULL"},
	{table: "follow_ups", set: "note_sealed = NULL, visitor = ''"},
	{table: "court_matters", set: "court = '', court_no = '', document_no = '', subject = ''"},
	{table: "caucus_keys", set: "wrapped_key = NULL, destroyed_at = COALESCE(destroyed_at, @now)"},
	{table: "complaints", set: "name_sealed = NULL, text_sealed = NULL, unit_sealed = NULL, reason_sealed = NULL, complainant_id = NULL"},
	{table: "data_requests", set: "right_sealed = NULL, why_sealed = NULL, words_sealed = NULL"},
	{table: "anomaly_flags", set: "reason_sealed = NULL"},
	{table: "review_items", set: "appeal_sealed = NULL"},
	{table: "review_sheets", of: ofReview, set: "remarks_sealed = NULL"},
	{table: "subsidy_claims", set: "refusal_text = '', reply = ''"},
	{table: "screening_findings", set: "text_sealed = NULL"},
	{table: "retention_holds", set: "why_sealed = NULL", anew: "reason_sealed"},
	{table: "ledger_import_rows", set: "cells_sealed = NULL, line_key = '', says_key = ''"},

	{table: "anomaly_prints"}, {table: "case_terms"}, {table: "case_terms_due"}, {table: "case_attachments"},
	{table: "caucus_notes"}, {table: "caucus_disclosures"}, {table: "caucus_readers"}, {table: "caucus_requests"},
	{table: "conflict_checks"}, {table: "corrections"}, {table: "signing_codes"}, {table: "session_appointments"}, {table: "outbox"}, {table: "workshop_drafts"},

	{table: "journal", stays: "its hashes are the record; its words and salts were forgotten before"},
	{table: "documents", stays: "they are removed by the room of files"},
	{table: "access_codes", stays: "a hash, and by what way: whoever comes with the code is told that the dossier was destroyed; the figures count invitations"},
	{table: "party_messages", stays: "that a message of a kind was sent: the figures count it"},
	{table: "session_attendance", of: ofSession, stays: "which side was there: the figures count it"},
	{table: "session_mediators", of: ofSession, stays: "who mediated, and when"},
	{table: "case_tasks", stays: "kinds and days"},
	{table: "case_reads", stays: "who of the staff looked; only added to"},
	{table: "case_returns", stays: "figures"}, {table: "agreement_lives", stays: "figures"}, {table: "kept_returns", stays: "figures"},
	{table: "referral_results", stays: "outcome and days, as they were told to an organ"},
	{table: "presence_services", stays: "kinds and minutes of whoever served"},
	{table: "opinion_marks", stays: "that a form was filled in, and not which"},
	{table: "review_openings", of: ofReview, stays: "which reviewer opened a dossier"},
	{table: "subsidy_shares", of: ofClaim, stays: "what mediators were paid"}, {table: "subsidy_lines", of: ofClaim, stays: "what mediators were paid"},
	{table: "ledger_lines", stays: "keyed hashes: a line of an old ledger that was entered once is not entered again"},
	{table: "sessions", stays: "ways in, which end by themselves"},
	{table: "disposal_lines", stays: "the list itself"},
}

// chained are the tables whose rows, beside the case's, have a chain in the record that may hold words about it.
var chained = []string{"complaints", "data_requests", "anomaly_flags", "review_items", "subsidy_claims", "retention_holds"}

// emptiedTables are those of which rows go or are emptied.
func emptiedTables() (out []string) {
	for _, f := range fates {
		if f.stays == "" || f.table == "journal" || f.table == "documents" {
			out = append(out, f.table)
		}
	}
	return out
}

// emptyRows removes and empties the rows of a dossier.
func (s *Service) emptyRows(tx *db.Tx, id ident.ID) error {
	args := map[string]any{"county": id.County(), "case": id, "now": tx.Now}
	for _, f := range fates {
		if f.stays != "" {
			continue
		}
		of := f.of
		if of == "" {
			of = ofCaseID
		}
		if f.anew != "" {
			if err := s.dash(tx, f, of, args); err != nil {
				return err
			}
		}
		sql := "DELETE FROM " + f.table + " WHERE " + of
		if f.set != "" {
			sql = "UPDATE " + f.table + " SET " + f.set + " WHERE " + of
		}
		if err := tx.Rows().Exec(sql, args).Error; err != nil {
			return err
		}
	}
	return nil
}

// dash seals a dash in a column that may not be empty.
func (s *Service) dash(tx *db.Tx, f fate, of string, args map[string]any) error {
	var ids []ident.ID
	if err := tx.Rows().Raw("SELECT id FROM "+f.table+" WHERE "+of, args).Scan(&ids).Error; err != nil {
		return err
	}
	for _, id := range ids {
		sealed := s.Vault.Seal(vault.Place{Table: f.table, Column: f.anew, Row: id}, "—")
		if err := tx.Rows().Exec("UPDATE "+f.table+" SET "+f.anew+" = ? WHERE county_code = ? AND id = ?", sealed, id.County(), id).Error; err != nil {
			return err
		}
	}
	return nil
}

// chainsOf are the case's chain and those of what hangs on it.
func chainsOf(tx *db.Tx, id ident.ID) ([]ident.ID, error) {
	out := []ident.ID{id}
	for _, table := range chained {
		var more []ident.ID
		if err := tx.Rows().Table(table).Where("county_code = ? AND case_id = ?", id.County(), id).Pluck("id", &more).Error; err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// document is a file that goes with a dossier.
type document struct {
	ID     ident.ID
	SHA256 string `gorm:"column:sha256"`
}

// documentsOf tells how many files a dossier has, and which of them nothing else names: a committee's register may hold the same.
func documentsOf(tx *db.Tx, id ident.ID) (attached int, alone []document, err error) {
	var all []document
	err = tx.Rows().Table("case_attachments AS a").Joins("JOIN documents d ON d.county_code = a.county_code AND d.id = a.document_id").
		Where("a.county_code = ? AND a.case_id = ?", id.County(), id).Select("d.id, d.sha256").Scan(&all).Error
	if err != nil || len(all) == 0 {
		return len(all), nil, err
	}
	ids := make([]ident.ID, 0, len(all))
	for _, d := range all {
		ids = append(ids, d.ID)
	}
	var elsewhere []ident.ID
	err = tx.Rows().Raw("SELECT document_id FROM committee_documents WHERE county_code = @county AND document_id IN @ids UNION SELECT document_id FROM filing_draft_files WHERE county_code = @county AND document_id IN @ids"+
		" UNION SELECT document_id FROM case_attachments WHERE county_code = @county AND document_id IN @ids AND case_id <> @case", map[string]any{"county": id.County(), "ids": ids, "case": id}).Scan(&elsewhere).Error
	alone = slices.DeleteFunc(slices.Clone(all), func(d document) bool { return slices.Contains(elsewhere, d.ID) })
	return len(all), alone, err
}
