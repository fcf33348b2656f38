package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

const (
	mostTimes = 3.0 // the floor's processor time, for W, L and D
	place     = "350503001001"
	town      = "350503001000" // the street around it
	city      = "3505"
)

// operations are the four kinds of request, in words that the floor and the product answer alike.
func (c scene) operations() []operation {
	return []operation{
		{name: "W", what: "file a dispute", login: "mediator", requests: 600, most: mostTimes, ask: c.filing, check: c.isFiled},
		{name: "L", what: "newest 20 of one committee, by state", login: "chair", requests: 1200, most: mostTimes, ask: c.listing, check: c.isListed},
		{name: "D", what: "one case with all that belongs to it", login: "chair", requests: 1200, most: mostTimes, ask: c.reading, check: c.isRead},
		{name: "R", what: "city report of a year, by county", login: "supervisor", requests: 48, ask: c.counting, check: c.isCounted},
	}
}

// filing is a new dispute in one of the street's communities, so that not all filings wait for the numbers of one
// committee.
func (c scene) filing(n int) ask {
	body := map[string]any{"source": "11", "category": "02", "area_code": c.places[n%len(c.places)], "title": "楼上漏水",
		"facts": fmt.Sprintf("第 %d 件：楼上卫生间渗水，天花板已经发霉，多次协商没有结果。", n), "request": "修好漏水处，赔偿粉刷费用。",
		"applicant":   map[string]any{"name": "林秀英", "id_number": "11010519491231002X", "phone": "13800138000", "address": "少林路 8 号 302 室"},
		"respondents": []any{map[string]any{"name": "陈志强", "phone": "13900139000", "address": "少林路 8 号 402 室"}}}
	text, _ := json.Marshal(body)
	return ask{method: http.MethodPost, path: "/api/v1/cases", body: string(text), key: fmt.Sprintf("bench %d", n), status: http.StatusCreated}
}

func (c scene) isFiled(n int, body []byte) error {
	var got struct {
		ID        string     `json:"id"`
		Reference string     `json:"reference"`
		State     string     `json:"state"`
		Area      string     `json:"area_code"`
		Parties   []struct{} `json:"parties"`
		Committee struct {
			ID string `json:"id"`
		} `json:"committee"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return fmt.Errorf("filing: %w", err)
	}
	at := c.places[n%len(c.places)]
	if got.ID == "" || got.Reference == "" || got.State != "registered" || got.Area != at || len(got.Parties) != 2 || got.Committee.ID != c.serving[at] {
		return fmt.Errorf("filing: wrong answer %.500s", body)
	}
	return nil
}

func (c scene) listing(int) ask {
	q := url.Values{"state": {c.state}, "limit": {fmt.Sprint(pageOf)}}
	return ask{method: http.MethodGet, path: "/api/v1/cases?" + q.Encode(), status: http.StatusOK}
}

const pageOf = 20

func (c scene) isListed(_ int, body []byte) error {
	var got struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return fmt.Errorf("list: %w", err)
	}
	if len(got.Items) != len(c.listed) {
		return fmt.Errorf("list: %d items, not %d", len(got.Items), len(c.listed))
	}
	for i, item := range got.Items {
		if item.ID != c.listed[i] {
			return fmt.Errorf("list: item %d is %s, not %s", i, item.ID, c.listed[i])
		}
	}
	return nil
}

func (c scene) reading(n int) ask {
	return ask{method: http.MethodGet, path: "/api/v1/cases/" + c.cases[n%len(c.cases)].id, status: http.StatusOK}
}

func (c scene) isRead(n int, body []byte) error {
	var got struct {
		ID          string     `json:"id"`
		Parties     []struct{} `json:"parties"`
		Sessions    []struct{} `json:"sessions"`
		Agreements  []struct{} `json:"agreements"`
		Obligations []struct{} `json:"obligations"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return fmt.Errorf("case: %w", err)
	}
	want := c.cases[n%len(c.cases)]
	if got.ID != want.id || len(got.Parties) != want.parties || len(got.Sessions) != want.sessions || len(got.Agreements) != 1 ||
		len(got.Obligations) != want.obligations {
		return fmt.Errorf("case: wrong answer for %+v: %.500s", want, body)
	}
	return nil
}

func (c scene) counting(int) ask {
	q := url.Values{"area": {city}, "from": {c.from}, "to": {c.to}, "group": {"area"}}
	return ask{method: http.MethodGet, path: "/api/v1/reports/case-table?" + q.Encode(), status: http.StatusOK}
}

// first is the first of a row's values: a bare number, or one with a heading.
type first int

func (f *first) UnmarshalJSON(b []byte) error {
	var values []json.RawMessage
	if err := json.Unmarshal(b, &values); err != nil || len(values) == 0 {
		return fmt.Errorf("no values: %w", err)
	}
	var figure struct {
		Value int `json:"value"`
	}
	if json.Unmarshal(values[0], &figure) == nil {
		*f = first(figure.Value)
		return nil
	}
	return json.Unmarshal(values[0], (*int)(f))
}

func (c scene) isCounted(_ int, body []byte) error {
	var got struct {
		Rows []struct {
			Values first `json:"values"`
		} `json:"rows"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	sum := 0
	for _, r := range got.Rows {
		sum += int(r.Values)
	}
	if len(got.Rows) != c.counties || sum != c.closed {
		return fmt.Errorf("report: %d rows with %d cases, not %d with %d", len(got.Rows), sum, c.counties, c.closed)
	}
	return nil
}
