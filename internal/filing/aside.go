package filing

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
)

const (
	mostFiles = 9              // with one filing; more can follow when there is a case
	filesKept = 48 * time.Hour // files of a filing that nobody goes on with; the answers weigh nothing and stay longer
)

// aside are the files that were put aside with a draft, for whoever holds its token: none without one. Nobody else is
// ever told of them, and nobody at all is given the bytes before there is a case.
func (s *Service) aside(ctx context.Context, token string) (out []aside, err error) {
	err = s.store.Read(ctx, actor.Actor{}, func(tx *db.Tx) error {
		d, err := s.openDraft(tx, token)
		if err != nil {
			return err
		}
		out, err = s.filesOf(tx, d.row.ID)
		return err
	})
	if fault.Is(err, fault.Missing) {
		return nil, nil
	}
	return out, err
}

// aside is one file put aside.
type aside struct {
	Row ident.ID // by which it is taken away again
	files.Document
}

func (s *Service) filesOf(tx *db.Tx, draft ident.ID) ([]aside, error) {
	rows, err := draftFiles(tx, draft)
	if err != nil {
		return nil, err
	}
	ids := make([]ident.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.DocumentID
	}
	docs, err := s.files.FindAll(tx, draft.County(), ids)
	out := make([]aside, 0, len(rows))
	for _, r := range rows {
		out = append(out, aside{Row: r.ID, Document: docs[r.DocumentID]})
	}
	return out, err
}

var errMostFiles = fault.New(fault.Invalid, "", "一次申请最多放 9 个文件。更多的，提交以后在案件页面补交。",
	"A filing takes 9 files at most. You can add more on the page of the case afterwards.")

// putAside keeps a file with the draft, after the same checks as any other; in the draft's own county, for the place may
// still change. So many bytes are taken from one network in a day, and none where the disk has little room left.
func (s *Service) putAside(ctx context.Context, once actor.Once, token, from, name string, body io.Reader) error {
	var of ident.County
	err := s.store.Read(ctx, actor.Actor{}, func(tx *db.Tx) error {
		d, err := s.openDraft(tx, token)
		if err == nil {
			of = d.row.CountyCode
		}
		return err
	})
	if err == nil {
		err = s.files.HasRoom()
	}
	if err != nil {
		return err
	}
	in, err := s.files.Receive(name, body)
	if err != nil {
		return err
	}
	defer in.Drop()
	if err := s.count(ctx, once, of, from, in.Size); err != nil {
		return err
	}
	if err := in.Check(); err != nil { // what is refused was counted, too
		return err
	}
	return s.changeDraft(ctx, once, token, func(tx *db.Tx, d *draft) error {
		rows, err := draftFiles(tx, d.row.ID)
		if err != nil {
			return err
		}
		if len(rows) >= mostFiles {
			return errMostFiles
		}
		doc, err := s.files.Save(tx, in)
		if err != nil {
			return err
		}
		return insertDraftFile(tx, draftFileRow{Key: tx.NewKey(), DraftID: d.row.ID, DocumentID: doc.ID, AddedAt: tx.Now})
	})
}

// count counts the bytes of a file, and once however often it is sent under its one-time key: the act has the key itself, and a counting
// that stands whatever becomes of the act has one of its own, made from it and from what was sent: where the act was refused its key is free
// for another file.
func (s *Service) count(ctx context.Context, once actor.Once, of ident.County, from string, size int64) error {
	if !once.IsZero() {
		once.Key = sha256.Sum256(slices.Concat(once.Key[:], once.Body[:], []byte("counted")))
	}
	err := s.store.Do(ctx, actor.Actor{Once: once}, of, func(tx *db.Tx) error { return s.holding.PutAside(tx, from, size) })
	var done *db.Done
	if errors.As(err, &done) {
		return nil
	}
	return err
}

// takeAway forgets one file of the draft; one that is not there is gone already.
func (s *Service) takeAway(ctx context.Context, token string, row ident.ID) error {
	return s.changeDraft(ctx, actor.Once{}, token, func(tx *db.Tx, d *draft) error {
		rows, err := draftFiles(tx, d.row.ID)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.ID == row {
				return s.dropRows(tx, d.row.ID, []draftFileRow{r})
			}
		}
		return nil
	})
}

// changeDraft does something to a draft that was not filed yet. What was done under the same one-time key is not done
// again.
func (s *Service) changeDraft(ctx context.Context, once actor.Once, token string, do func(*db.Tx, *draft) error) error {
	name, _, _ := strings.Cut(token, ".")
	id, err := ident.ParseID(name)
	if err != nil {
		return errNoDraft
	}
	err = s.store.Do(ctx, actor.Actor{Once: once}, id.County(), func(tx *db.Tx) error {
		d, err := s.openDraft(tx, token)
		if err != nil {
			return err
		}
		if d.answers.Receipt != nil {
			return errNoDraft
		}
		if err := do(tx, d); err != nil {
			return err
		}
		return s.writeDraft(tx, d, saveDraft)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return nil
	}
	return err
}

// dropFiles forgets all files of a draft.
func (s *Service) dropFiles(tx *db.Tx, draft ident.ID) error {
	rows, err := draftFiles(tx, draft)
	if err != nil || len(rows) == 0 {
		return err
	}
	return s.dropRows(tx, draft, rows)
}

func (s *Service) dropRows(tx *db.Tx, draft ident.ID, rows []draftFileRow) error {
	var ids, docs []ident.ID
	for _, r := range rows {
		ids, docs = append(ids, r.ID), append(docs, r.DocumentID)
	}
	if err := dropDraftFiles(tx, draft, ids); err != nil {
		return err
	}
	return s.files.Remove(tx, docs)
}

// along is what goes with the answers into the case.
func (s *Service) along(ctx context.Context, token string) (casework.Along, error) {
	kept, err := s.aside(ctx, token)
	var out casework.Along
	for _, f := range kept {
		out.Files = append(out.Files, casework.Enclosure{Document: f.ID, Kind: evidenceOf(f.MediaType)})
	}
	return out, err
}

// evidenceOf guesses which kind of evidence a file is; the mediator can tell better.
func evidenceOf(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, "/")
	switch kind {
	case "image":
		return "2"
	case "audio", "video":
		return "3"
	}
	return "1"
}
