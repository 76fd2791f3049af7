package store

import (
	"encoding/json"

	"github.com/wrapcast/wrapcast"
)

// Save stores what an organisation is made of, with the latest names. Queues
// and codes that it no longer lists are kept for the sake of the history, such codes
// as deleted; the planning groups of its business units are replaced. Units that are not among those planned stay as
// they were last known.
func (tx Directory) Save(d wrapcast.Directory) error {
	org := d.Organisation
	if _, err := tx.exec(`INSERT INTO organisation (organisation_id, name, region, business_unit_id) VALUES ($1, $2, $3, $4)
		ON CONFLICT (organisation_id) DO UPDATE SET name = excluded.name, region = excluded.region,
		business_unit_id = excluded.business_unit_id`, org.ID, wellFormed(org.Name), org.Region, d.BusinessUnit.ID); err != nil {
		return err
	}
	planned := d.Units()
	if len(planned) == 0 { // it has the zone
		planned = []wrapcast.PlannedUnit{{BusinessUnit: d.BusinessUnit}}
	}
	for _, u := range planned {
		if err := tx.saveUnit(org.ID, u); err != nil {
			return err
		}
	}
	if err := tx.saveQueues(org.ID, d.Queues); err != nil {
		return err
	}
	if err := tx.saveAbilities(org.ID, d); err != nil {
		return err
	}
	return tx.saveCodes(org.ID, d.Codes)
}

// saveAbilities stores the names of languages and skills; those it does not name keep theirs.
func (tx Directory) saveAbilities(org wrapcast.OrganisationID, d wrapcast.Directory) error {
	save := func(kind, id, name string) error {
		_, err := tx.exec(`INSERT INTO ability (organisation_id, kind, ability_id, name) VALUES ($1, $2, $3, $4)
			ON CONFLICT (organisation_id, kind, ability_id) DO UPDATE SET name = excluded.name`, org, kind, id, wellFormed(name))
		return err
	}
	for _, l := range d.Languages {
		if err := save(languageKind, string(l.ID), l.Name); err != nil {
			return err
		}
	}
	for _, s := range d.Skills {
		if err := save(skillKind, string(s.ID), s.Name); err != nil {
			return err
		}
	}
	return nil
}

const (
	languageKind = "language"
	skillKind    = "skill"
)

// abilities reads the names of languages, or of skills.
func abilities[T any](tx Directory, org wrapcast.OrganisationID, kind string, scan func(row) (T, error)) ([]T, error) {
	return list(tx.conn, scan,
		`SELECT ability_id, name FROM ability WHERE organisation_id = $1 AND kind = $2 ORDER BY ability_id`, org, kind)
}

func scanLanguage(r row) (l wrapcast.Language, err error) {
	err = r.Scan(&l.ID, &l.Name)
	return l, err
}

func scanSkill(r row) (s wrapcast.Skill, err error) {
	err = r.Scan(&s.ID, &s.Name)
	return s, err
}

func (tx Directory) saveUnit(org wrapcast.OrganisationID, u wrapcast.PlannedUnit) error {
	if _, err := tx.exec(`INSERT INTO business_unit (organisation_id, business_unit_id, name, time_zone, week_start) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (organisation_id, business_unit_id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone,
		week_start = excluded.week_start, gone = FALSE`, org, u.ID, wellFormed(u.Name), u.TimeZone, int64(u.WeekStart)); err != nil {
		return err
	}
	return tx.savePlanningGroups(org, u.ID, u.PlanningGroups)
}

// Listed notes which business units the organisation lists: a unit that is known and not among them is gone. Nothing
// listed says nothing.
func (tx Directory) Listed(org wrapcast.OrganisationID, units []wrapcast.BusinessUnit) error {
	if len(units) == 0 {
		return nil
	}
	if _, err := tx.exec(`UPDATE business_unit SET gone = TRUE WHERE organisation_id = $1`, org); err != nil {
		return err
	}
	for _, u := range units {
		if _, err := tx.exec(`UPDATE business_unit SET gone = FALSE, name = $1
			WHERE organisation_id = $2 AND business_unit_id = $3`, wellFormed(u.Name), org, u.ID); err != nil {
			return err
		}
	}
	return nil
}

// Units lists the business units of an organisation that were ever planned, those that are gone included, in the order
// of their names.
func (tx Directory) Units(org wrapcast.OrganisationID) ([]wrapcast.BusinessUnit, error) {
	return list(tx.conn, scanUnit, `SELECT business_unit_id, name, time_zone, week_start FROM business_unit
		WHERE organisation_id = $1 AND business_unit_id <> '' ORDER BY name, business_unit_id`, org)
}

func (tx Directory) saveQueues(org wrapcast.OrganisationID, queues []wrapcast.Queue) error {
	for _, q := range queues {
		if _, err := tx.exec(`INSERT INTO queue (organisation_id, queue_id, name) VALUES ($1, $2, $3)
			ON CONFLICT (organisation_id, queue_id) DO UPDATE SET name = excluded.name`, org, q.ID, wellFormed(q.Name)); err != nil {
			return err
		}
	}
	return nil
}

func (tx Directory) saveCodes(org wrapcast.OrganisationID, codes []wrapcast.Code) error {
	if _, err := tx.exec(`UPDATE code SET deleted = TRUE WHERE organisation_id = $1`, org); err != nil {
		return err
	}
	for _, c := range codes {
		if _, err := tx.exec(`INSERT INTO code (organisation_id, code_id, name, deleted) VALUES ($1, $2, $3, $4)
			ON CONFLICT (organisation_id, code_id) DO UPDATE SET name = excluded.name, deleted = excluded.deleted`,
			org, c.ID, wellFormed(c.Name), c.Deleted); err != nil {
			return err
		}
	}
	return nil
}

func (tx Directory) savePlanningGroups(
	org wrapcast.OrganisationID, unit wrapcast.BusinessUnitID, groups []wrapcast.PlanningGroup,
) error {
	if _, err := tx.exec(`DELETE FROM planning_group WHERE organisation_id = $1 AND business_unit_id = $2`, org, unit); err != nil {
		return err
	}
	for place, g := range groups {
		routes, err := json.Marshal(g.Routes)
		if err != nil {
			return err
		}
		goal := []byte{}
		if g.Goal != nil {
			if goal, err = json.Marshal(g.Goal); err != nil {
				return err
			}
		}
		if err := tx.insert("planning group "+string(g.ID),
			`INSERT INTO planning_group (organisation_id, business_unit_id, planning_group_id, name, routes, place, goal)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			org, unit, g.ID, wellFormed(g.Name), string(routes), place, wellFormed(string(goal))); err != nil {
			return err
		}
	}
	return nil
}

// Of returns what was last known of an organisation, from the business unit that was planned last: queues and codes in
// the order of their ids, planning groups in that of the platform, by which ties of their routes are settled, and the
// other units that were ever planned and are not gone in that of their names. It returns NotFound where nothing was
// saved.
func (tx Directory) Of(org wrapcast.OrganisationID) (wrapcast.Directory, error) {
	d, err := require(tx.conn, "organisation "+string(org), scanDirectory,
		`SELECT o.organisation_id, o.name, o.region, u.business_unit_id, u.name, u.time_zone, u.week_start
		FROM organisation o JOIN business_unit u ON u.organisation_id = o.organisation_id AND u.business_unit_id = o.business_unit_id
		WHERE o.organisation_id = $1`, org)
	if err != nil {
		return d, err
	}
	if d.Queues, err = list(tx.conn, scanQueue,
		`SELECT queue_id, name FROM queue WHERE organisation_id = $1 ORDER BY queue_id`, org); err != nil {
		return d, err
	}
	if d.Codes, err = list(tx.conn, scanCode,
		`SELECT code_id, name, deleted FROM code WHERE organisation_id = $1 ORDER BY code_id`, org); err != nil {
		return d, err
	}
	if d.Languages, err = abilities(tx, org, languageKind, scanLanguage); err != nil {
		return d, err
	}
	if d.Skills, err = abilities(tx, org, skillKind, scanSkill); err != nil {
		return d, err
	}
	if d.PlanningGroups, err = tx.planningGroups(org, d.BusinessUnit.ID); err != nil || !d.HasUnit() {
		return d, err
	}
	others, err := list(tx.conn, scanUnit, `SELECT business_unit_id, name, time_zone, week_start FROM business_unit
		WHERE organisation_id = $1 AND business_unit_id NOT IN ('', $2) AND NOT gone ORDER BY name, business_unit_id`,
		org, d.BusinessUnit.ID)
	for _, u := range others {
		groups, err := tx.planningGroups(org, u.ID)
		if err != nil {
			return d, err
		}
		d.Others = append(d.Others, wrapcast.PlannedUnit{BusinessUnit: u, PlanningGroups: groups})
	}
	return d, err
}

func (tx Directory) planningGroups(
	org wrapcast.OrganisationID, unit wrapcast.BusinessUnitID,
) ([]wrapcast.PlanningGroup, error) {
	return list(tx.conn, scanPlanningGroup, `SELECT planning_group_id, name, routes, goal FROM planning_group
		WHERE organisation_id = $1 AND business_unit_id = $2 ORDER BY place, planning_group_id`, org, unit)
}

// Organisations returns every organisation that has a directory, in the order of their ids.
func (tx Directory) Organisations() ([]wrapcast.Organisation, error) {
	return listAll(tx.conn, scanOrganisation,
		`SELECT organisation_id, name, region FROM organisation ORDER BY organisation_id`)
}

// Called notes what the settings file calls an organisation, where it names several. A name that another had is no
// longer the other's.
func (tx Directory) Called(org wrapcast.OrganisationID, name string) error {
	names, err := tx.Names()
	if err != nil || names[org] == name {
		return err
	}
	for other, had := range names {
		if other != org && had == name {
			if err := tx.call(other, ""); err != nil {
				return err
			}
		}
	}
	return tx.call(org, name)
}

func (tx Directory) call(org wrapcast.OrganisationID, name string) error {
	_, err := tx.exec(`UPDATE organisation SET settings_name = $1 WHERE organisation_id = $2`, name, org)
	return err
}

// Names has what the settings file calls organisations, by their ids, where it names several.
func (tx Directory) Names() (map[wrapcast.OrganisationID]string, error) {
	type named struct {
		id   wrapcast.OrganisationID
		name string
	}
	scan := func(r row) (n named, err error) {
		err = r.Scan(&n.id, &n.name)
		return n, err
	}
	all, err := listAll(tx.conn, scan, `SELECT organisation_id, settings_name FROM organisation WHERE settings_name <> ''`)
	names := make(map[wrapcast.OrganisationID]string, len(all))
	for _, n := range all {
		names[n.id] = n.name
	}
	return names, err
}

func scanDirectory(r row) (d wrapcast.Directory, err error) {
	err = r.Scan(&d.Organisation.ID, &d.Organisation.Name, &d.Organisation.Region,
		&d.BusinessUnit.ID, &d.BusinessUnit.Name, &d.BusinessUnit.TimeZone, &d.BusinessUnit.WeekStart)
	return d, err
}

func scanUnit(r row) (u wrapcast.BusinessUnit, err error) {
	err = r.Scan(&u.ID, &u.Name, &u.TimeZone, &u.WeekStart)
	return u, err
}

func scanOrganisation(r row) (o wrapcast.Organisation, err error) {
	err = r.Scan(&o.ID, &o.Name, &o.Region)
	return o, err
}

func scanQueue(r row) (q wrapcast.Queue, err error) {
	err = r.Scan(&q.ID, &q.Name)
	return q, err
}

func scanCode(r row) (c wrapcast.Code, err error) {
	err = r.Scan(&c.ID, &c.Name, &c.Deleted)
	return c, err
}

func scanPlanningGroup(r row) (g wrapcast.PlanningGroup, err error) {
	var routes, goal []byte
	if err = r.Scan(&g.ID, &g.Name, &routes, &goal); err != nil {
		return g, err
	}
	if len(goal) > 0 {
		if err = json.Unmarshal(goal, &g.Goal); err != nil {
			return g, err
		}
	}
	return g, json.Unmarshal(routes, &g.Routes)
}
