-- +goose Up

-- Reviews of dossiers are noted as looks at their cases, of which a party is told. Those from before that was done stand among
-- the openings: they are copied, as one look a reviewer, case and day, with the post that the reviewer held on that day: in the
-- case's committee, else over an area, else any, the latest first. Whoever held none that is known is left out.
INSERT INTO case_reads (county_code, id, case_id, person_id, role, committee_id, office_area, area_code, kind, read_on, read_at)
SELECT f.county_code, f.id, f.case_id, f.person_id, f.role, f.committee_id, CASE WHEN f.committee_id IS NULL THEN f.office_area ELSE '' END, f.area_code, 'review', f.read_on, f.opened_at
FROM (
    SELECT d.*, p.role, p.committee_id, p.area_code AS office_area,
        ROW_NUMBER() OVER (PARTITION BY d.county_code, d.case_id, d.person_id, d.read_on ORDER BY
            CASE WHEN p.committee_id = d.leading THEN 0 WHEN p.committee_id IS NULL THEN 1 ELSE 2 END,
            d.opened_at, d.id, p.from_day DESC, p.id) AS place
    FROM (
        SELECT o.county_code, o.id, o.person_id, o.opened_at, date(o.opened_at, '+8 hours') AS read_on, i.case_id, c.area_code, c.committee_id AS leading
        FROM review_openings o
        JOIN review_items i ON i.county_code = o.county_code AND i.id = o.item_id
        JOIN dispute_cases c ON c.county_code = i.county_code AND c.id = i.case_id
    ) AS d
    JOIN posts p ON p.person_id = d.person_id AND p.from_day <= d.read_on AND (p.until_day IS NULL OR p.until_day > d.read_on)
) AS f
WHERE f.place = 1
ON CONFLICT DO NOTHING;
