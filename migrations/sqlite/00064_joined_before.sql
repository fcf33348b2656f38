-- +goose Up

-- Who was added to a case that had been taken up again, before it was kept after which agreement they joined: it is the one that the
-- last decision to mediate again names, in the record, before they were added.
UPDATE case_parties AS p SET joined_after = f.agreement
FROM (
    SELECT j.county_code, json_extract(j.fact, '$.party') AS party, (
        SELECT json_extract(r.fact, '$.agreement')
        FROM journal r
        WHERE r.county_code = j.county_code AND r.case_id = j.case_id AND r.event = 'remediate' AND r.seq < j.seq
        ORDER BY r.seq DESC LIMIT 1
    ) AS agreement
    FROM journal j
    WHERE j.event = 'add_party'
) AS f
WHERE p.county_code = f.county_code AND p.id = f.party AND p.joined_after IS NULL AND f.agreement IS NOT NULL;
