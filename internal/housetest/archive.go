package housetest

import (
	"net/http"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
)

// Archived is a dossier in the archive, with a picture, that is to be kept until a day. Changes replace fields of Leak.
func (town *Town) Archived(until calendar.Day, picture string, changes ...M) *Case {
	town.t.Helper()
	su := town.As(town.Su)
	c := town.As(nil).Files(changes...)
	su.Sees(c)
	su.SendAny("POST", "/cases/"+c.ID+"/attachments", File{Name: "照片.png", Content: picture}).Is(http.StatusCreated)
	su.Sees(c)
	su.Accepted(c)
	su.Does(c, "terminate", M{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
	su.Does(c, "archive", M{"retention": "short"}).Is(http.StatusOK)
	town.do(Fengze.County(), func(tx *db.Tx) error {
		return tx.Rows().Exec("UPDATE dispute_cases SET retain_until = ? WHERE county_code = ? AND id = ?", until, Fengze.County(), c.ID).Error
	})
	return c
}

// Proposed is a list of dossiers to be destroyed that County drew up: where it stands, and its digest.
func (town *Town) Proposed(cases ...*Case) (home, sha string) {
	town.t.Helper()
	ids := []string{}
	for _, c := range cases {
		ids = append(ids, c.ID)
	}
	a := town.As(town.County).Post("/disposals", M{"case_ids": ids}).Is(http.StatusCreated)
	return "/disposals/" + a.Text("id"), a.Text("sha256")
}

// Approved is such a list that Bureau approved: nothing of it is carried out yet.
func (town *Town) Approved(cases ...*Case) (home string) {
	town.t.Helper()
	home, sha := town.Proposed(cases...)
	town.As(town.Bureau).With("If-Match", `"1"`).Post(home+"/approve", M{"sha256": sha}).Is(http.StatusOK)
	return home
}
