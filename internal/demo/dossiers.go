package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"slices"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
)

// unfiled is a closed case of the home committee, and when it is filed away.
type unfiled struct {
	casework.View
	host actor.Actor
	at   time.Time
}

// dossiers puts the proofs of who the parties are into the home committee's closed cases and files them away: a dossier
// without them is not whole (forms §2, place 3). Files need the rows that they belong to, so this comes after the history.
func (l *loader) dossiers(ctx context.Context) error {
	proof, err := sampleCard()
	if err != nil {
		return err
	}
	slices.SortStableFunc(l.unfiled, func(a, b unfiled) int { return a.at.Compare(b.at) }) // the past first, which is the same on every day
	for _, u := range l.unfiled {
		l.Clock.Set(u.at)
		attach, err := l.Policy.Allow(u.host, "case.attach")
		if err != nil {
			return err
		}
		for i := range u.Parties {
			in := casework.Attachment{Name: fmt.Sprintf("身份证明（演示）%d.png", i+1), Kind: "2", Paper: "identity", Body: bytes.NewReader(proof)}
			if _, err := l.Cases.AddFile(ctx, attach, u.ID, in); err != nil {
				return err
			}
		}
		if err := l.archive(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) archive(ctx context.Context, u unfiled) error {
	g, err := l.Policy.Allow(l.home.chair(), authz.Action("case.archive"))
	if err != nil {
		return err
	}
	_, err = l.Cases.Archive(ctx, g, casework.Order{Case: u.ID}, casework.Archiving{})
	return err
}

// sampleCard is a picture of a card with nothing on it: nobody's.
func sampleCard() ([]byte, error) {
	card := image.NewGray(image.Rect(0, 0, 428, 270))
	draw.Draw(card, card.Bounds(), image.NewUniform(color.Gray{Y: 0x88}), image.Point{}, draw.Src)
	draw.Draw(card, card.Bounds().Inset(2), image.NewUniform(color.Gray{Y: 0xf4}), image.Point{}, draw.Src)
	draw.Draw(card, image.Rect(290, 50, 390, 180), image.NewUniform(color.Gray{Y: 0xd0}), image.Point{}, draw.Src)
	var out bytes.Buffer
	err := png.Encode(&out, card)
	return out.Bytes(), err
}
