package scheme

import (
	"bytes"
	"slices"

	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

// Share is a person's part of a claim.
type Share struct {
	ID     ident.ID // of the person
	Weight int64    // 1 or more
	Fen    money.Fen
}

// Split gives each their part of an amount by weight, in whole fen: first rounded down, then a fen more to those with the
// largest remainders; of equal ones to the lower id. The parts add up to the amount.
func Split(total money.Fen, among []Share) []Share {
	out := slices.Clone(among)
	var weights int64
	for _, s := range out {
		weights += s.Weight
	}
	if weights <= 0 {
		return out
	}
	rest, order := int64(total), make([]int, len(out))
	remainders := make([]int64, len(out))
	for i := range out {
		part := int64(total) * out[i].Weight
		out[i].Fen, remainders[i], order[i] = money.Fen(part/weights), part%weights, i
		rest -= part / weights
	}
	slices.SortFunc(order, func(a, b int) int {
		if remainders[a] != remainders[b] {
			return int(remainders[b] - remainders[a])
		}
		return bytes.Compare(out[a].ID[:], out[b].ID[:])
	})
	for _, i := range order[:rest] {
		out[i].Fen++
	}
	return out
}
