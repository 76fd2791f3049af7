import assert from "node:assert/strict";
import { Client } from "../client.mjs";
import { sum } from "./analytics.mjs";

const method = "postAnalyticsConversationsAggregatesQuery";

/** kinds: an organisation that is all kinds at once, but the one without business units, which is another. */
export async function kinds(_, world) {
	const client = await new Client(world.varied, world.clientId, world.clientSecret).login();
	const ask = (query) => client.call(200, "Analytics", method, { interval: world.week, metrics: ["tHandle", "nOffered"], ...query });
	await directions(ask);
	await skills(client, ask);
	await divisions(client, ask);
	await units(client, world);
	await sevenDays(client, world);
	await withoutUnits(world);
}

/** directions: who is called was never offered. */
async function directions(ask) {
	const { results } = await ask({ groupBy: ["queueId", "wrapUpCode", "direction", "originatingDirection", "outboundCampaignId"] });
	const outbound = { results: results.filter((r) => r.group.direction === "outbound") };
	assert.equal(sum(outbound, "nOffered"), 0);
	assert.ok(sum(outbound, "tHandle") > 0 && sum(outbound, "tHandle") < sum({ results }, "tHandle") / 2);
	assert.ok(outbound.results.some((r) => r.group.outboundCampaignId) && outbound.results.some((r) => !r.group.queueId));
	const callbacks = { results: results.filter((r) => r.group.mediaType === "callback") };
	assert.ok(sum(callbacks, "nOffered") > 0);
	assert.ok(callbacks.results.every((r) => r.group.originatingDirection === "inbound"));
}

/** skills: flattened they are one text, else each contact is counted for each of its skills. */
async function skills(client, ask) {
	const list = await client.call(200, "Routing", "getRoutingSkills", { pageSize: 100 });
	const languages = await client.call(200, "Routing", "getRoutingLanguages", { pageSize: 100 });
	assert.deepEqual(await client.call(200, "Routing", "getRoutingSkill", list.entities[0].id), list.entities[0]);
	assert.deepEqual(await client.call(200, "Routing", "getRoutingLanguage", languages.entities[0].id), languages.entities[0]);
	const known = new Set(list.entities.map((s) => s.id));

	const groupBy = ["wrapUpCode", "requestedLanguageId", "requestedRoutingSkillId"];
	const flat = await ask({ groupBy, flattenMultivaluedDimensions: true });
	const each = await ask({ groupBy });
	const skillsOf = ({ group }) => (group.requestedRoutingSkillId ?? "").split(",").filter(Boolean);
	assert.ok(flat.results.some((r) => skillsOf(r).length > 1) && each.results.every((r) => skillsOf(r).length < 2));
	for (const r of flat.results) assert.ok(skillsOf(r).every((id) => known.has(id)));
	const once = flat.results.reduce((n, r) => n + Math.max(skillsOf(r).length, 1) * sum({ results: [r] }, "tHandle"), 0);
	assert.equal(sum(each, "tHandle"), once);
	assert.equal(sum(flat, "tHandle"), sum(await ask({}), "tHandle"));
}

/** divisions: a queue that the role does not cover has a name in the list of all, and nothing else. */
async function divisions(client, ask) {
	const mine = await client.call(200, "Routing", "getRoutingQueues", { pageSize: 500 });
	const granted = await client.call(200, "Routing", "getRoutingQueuesDivisionviews", { pageSize: 500 });
	const every = await client.call(200, "Routing", "getRoutingQueuesDivisionviewsAll", { pageSize: 500 });
	assert.deepEqual(granted.entities.map((q) => q.id), mine.entities.map((q) => q.id));
	const hidden = every.entities.filter((q) => !mine.entities.some((m) => m.id === q.id));
	assert.ok(hidden.length > 0);
	await client.refused(403, "missing.division.permission", "Routing", "getRoutingQueue", hidden[0].id);
	const { results } = await ask({ groupBy: ["queueId"] });
	assert.ok(results.every((r) => r.group.queueId !== hidden[0].id));
	const list = await client.call(200, "Authorization", "getAuthorizationDivisions");
	assert.ok(list.entities.some((d) => d.id === hidden[0].division.id && !d.homeDivision));

	const filter = { type: "or", predicates: mine.entities.map((q) => ({ type: "dimension", dimension: "queueId", operator: "matches", value: q.id })) };
	const now = await client.call(200, "Analytics", "postAnalyticsQueuesObservationsQuery", { filter, metrics: ["oWaiting", "oInteracting"] });
	assert.deepEqual(new Set(now.results.map((r) => r.group.queueId)), new Set(mine.entities.map((q) => q.id)));
}

/** units: each has groups, agents and forecasts of its own, and weeks of its own. */
async function units(client, { monday }) {
	const ask = (name, ...args) => client.call(200, "WorkforceManagement", `getWorkforcemanagement${name}`, ...args);
	const { entities } = await ask("Businessunits");
	assert.equal(entities.length, 2);
	const starts = [];
	for (const { id } of entities) {
		const { settings } = await ask("Businessunit", id, { expand: ["settings"] });
		starts.push(settings.startDayOfWeek);
		assert.equal((await ask("BusinessunitManagementunits", id)).entities[0].businessUnit.id, id);
		assert.deepEqual((await ask("BusinessunitCapacityplans", id)).entities, []);
		const groups = await ask("BusinessunitPlanninggroups", id);
		assert.equal(groups.entities.some((g) => g.routePaths.some((r) => r.mediaType === "Workitem")), starts.length === 1);
	}
	assert.deepEqual(starts, ["Monday", "Sunday"]);
	assert.equal((await ask("Managementunits")).entities.length, 2);
	const { body } = await client.send("WorkforceManagement", "getWorkforcemanagementBusinessunit", entities[0].id, { expand: ["settings.timeZone"] });
	assert.deepEqual(body.settings, { timeZone: "America/New_York" });

	const [{ id }] = entities;
	const inPlace = await ask("BusinessunitWeekShorttermforecasts", id, monday);
	assert.ok(inPlace.entities.some((f) => f.creationMethod === "Advanced") && inPlace.entities.some((f) => f.weekCount === 6));
	for (const f of inPlace.entities) {
		const data = await ask("BusinessunitWeekShorttermforecastData", id, f.weekDate, f.id, { weekNumber: f.weekCount });
		assert.equal(data.result.planningGroups[0].offeredPerInterval.length, 768);
	}
	const longTerm = await ask("BusinessunitWeekShorttermforecastLongtermforecastdata", id, inPlace.entities[0].weekDate, inPlace.entities[0].id);
	assert.match(longTerm.result.referenceStartDate, /^\d{4}-\d\d-\d\d$/);
}

async function sevenDays(client, { now }) {
	const interval = (days) => `${new Date(now - days * 864e5).toISOString()}/${now.toISOString()}`;
	await client.call(200, "Analytics", method, { interval: interval(7), metrics: ["tHandle"], granularity: "PT15M" });
	await client.refused(400, "constraint.validation", "Analytics", method, { interval: interval(8), metrics: ["tHandle"], granularity: "PT15M" });
}

async function withoutUnits({ unlicensed, clientId, clientSecret, unit, week }) {
	const client = await new Client(unlicensed, clientId, clientSecret).login();
	assert.deepEqual((await client.call(200, "WorkforceManagement", "getWorkforcemanagementBusinessunits")).entities, []);
	await client.refused(403, "missing.any.permissions", "WorkforceManagement", "getWorkforcemanagementBusinessunitPlanninggroups", unit);
	assert.ok(sum(await client.call(200, "Analytics", method, { interval: week, metrics: ["tHandle"] }), "tHandle") > 0);
}
