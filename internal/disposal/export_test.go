package disposal

// Fates are what becomes of each table, for the test that none is forgotten: table, what is emptied, the column sealed anew, and whether its
// rows stay as they are.
func Fates() (out [][4]string) {
	for _, f := range fates {
		out = append(out, [4]string{f.table, f.set, f.anew, f.stays})
	}
	return out
}
