package ident

// AreaKind is what the code of a township-level or village-level place says of it.
type AreaKind string

const (
	Subdistrict        AreaKind = "subdistrict"         // 街道, 001–099
	MarketTown         AreaKind = "town"                // 镇, 100–199
	Township           AreaKind = "township"            // 乡, 200–399
	FunctionalZone     AreaKind = "functional_zone"     // 政企合一, 400–599
	ResidentsCommittee AreaKind = "residents_committee" // 居委会, 001–199
	VillagersCommittee AreaKind = "villagers_committee" // 村委会, 200–399
	OtherVillageKind   AreaKind = "other_village"       // virtual communities, farms, 400–599
)

// Kind is what the code says of the place; empty for a county and wider, and for a code outside the standard's ranges.
func (a Area) Kind() AreaKind {
	switch a.Level() {
	case Town:
		return townKind(a[6])
	case Village:
		return villageKind(a[9])
	}
	return ""
}

func townKind(first byte) AreaKind {
	switch first {
	case '0':
		return Subdistrict
	case '1':
		return MarketTown
	case '2', '3':
		return Township
	case '4', '5':
		return FunctionalZone
	}
	return ""
}

func villageKind(first byte) AreaKind {
	switch first {
	case '0', '1':
		return ResidentsCommittee
	case '2', '3':
		return VillagersCommittee
	case '4', '5':
		return OtherVillageKind
	}
	return ""
}
