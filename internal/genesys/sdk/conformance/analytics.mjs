import assert from "node:assert/strict";

const method = "postAnalyticsConversationsAggregatesQuery";

/** analytics: the aggregates query finds every contact, in the platform's form, and refuses what its grammar does not have. */
export async function analytics(client, world) {
	const ask = (query) => client.call(200, "Analytics", method, query);
	await everyContact(ask, world);
	await form(ask, world);
	await choices(ask, world);
	await refusals(client, world);
}

/** sum adds up a statistic of a metric over an answer. */
export function sum(answer, metric, stat = "count") {
	let all = 0;
	for (const { data } of answer.results ?? []) {
		for (const bucket of data) {
			for (const m of bucket.metrics) if (m.metric === metric) all += m.stats[stat];
		}
	}
	return all;
}

/** everyContact reads the history in pieces of 30 days, as whoever keeps to the longest interval must. */
async function everyContact(ask, { start, now, truth }) {
	const found = { handled: 0, without: 0, offered: 0, abandoned: 0 };
	for (let from = new Date(start); from < now; ) {
		const to = new Date(Math.min(from.getTime() + 30 * 864e5, now.getTime() + 60_000));
		const interval = `${from.toISOString()}/${to.toISOString()}`;
		const codes = await ask({ interval, groupBy: ["queueId", "wrapUpCode"], metrics: ["tHandle"], granularity: "P1D", timeZone: "America/New_York" });
		found.handled += sum(codes, "tHandle");
		found.without += sum({ results: codes.results.filter((r) => !r.group.wrapUpCode) }, "tHandle");
		const queues = await ask({ interval, groupBy: ["queueId"], metrics: ["nOffered", "tAbandon"] });
		found.offered += sum(queues, "nOffered");
		found.abandoned += sum(queues, "tAbandon");
		from = to;
	}
	assert.deepEqual(found, truth);
}

/** form: a media type in every group, UTC with milliseconds, nothing that is empty. */
async function form(ask, { week }) {
	const answer = await ask({ interval: week, granularity: "PT15M", groupBy: ["queueId", "wrapUpCode", "userId"], metrics: ["tHandle", "tAcw", "nConnected", "oServiceLevel"] });
	for (const { group, data } of answer.results) {
		assert.ok(group.mediaType);
		assert.ok(data.length > 0);
		for (const { interval, metrics } of data) {
			assert.match(interval, /^\d{4}-\d\d-\d\dT\d\d:(00|15|30|45):00\.000Z\/\d{4}-\d\d-\d\dT\d\d:(00|15|30|45):00\.000Z$/);
			assert.ok(metrics.length > 0);
		}
	}
	assert.ok(answer.results.some((r) => r.group.wrapUpCode?.startsWith("ININ-")));
	assert.equal((await ask({ interval: "2040-01-01T00:00:00Z/2040-01-02T00:00:00Z", metrics: ["tHandle"] }))?.results, undefined);
}

/** choices: filters, views and rankings find what they name. */
async function choices(ask, { week }) {
	const base = { interval: week, groupBy: ["wrapUpCode"], metrics: ["tHandle"] };
	const all = await ask(base);
	const codes = all.results.flatMap((r) => r.group.wrapUpCode ?? []).slice(0, 2);
	const predicates = codes.map((value) => ({ type: "dimension", dimension: "wrapUpCode", operator: "matches", value }));
	const two = await ask({ ...base, filter: { type: "and", clauses: [{ type: "or", predicates }] } });
	assert.deepEqual(new Set(two.results.map((r) => r.group.wrapUpCode)), new Set(codes));
	const none = await ask({ ...base, filter: { type: "and", predicates: [{ dimension: "wrapUpCode", operator: "notExists" }] } });
	assert.ok(none.results.every((r) => !("wrapUpCode" in r.group)));

	const views = [{ target: "tHandle", name: "short", function: "rangeBound", range: { lt: 300_000 } }, { target: "tHandle", name: "long", function: "rangeBound", range: { gte: 300_000 } }];
	const viewed = await ask({ ...base, views });
	const counted = viewed.results.flatMap((r) => r.data).flatMap((d) => d.views ?? []).reduce((n, v) => n + v.stats.count, 0);
	assert.equal(counted, sum(all, "tHandle"));
	const top = await ask({ ...base, queryType: "topN", limit: 1, sortMetric: { name: "tHandle", function: "count" } });
	assert.equal(top.results.length, 1);
}

async function refusals(client, { week }) {
	const good = { interval: week, metrics: ["tHandle"] };
	for (const [code, query] of [
		["constraint.validation", { metrics: ["tHandle"] }],
		["constraint.validation", { interval: week }],
		["constraint.validation", { ...good, queryType: "topN" }],
		["invalid.value", { ...good, interval: "yesterday" }],
		["invalid.value", { ...good, metrics: ["volume"] }],
		["invalid.value", { ...good, groupBy: ["wrapupCodeId"] }],
		["invalid.value", { ...good, timeZone: "Mars/Olympus" }],
		["invalid.property", { ...good, viewId: "conversations-default" }],
		["response.entity.too.large", { ...good, interval: "2026-01-01T00:00:00Z/2026-06-01T00:00:00Z" }],
	]) {
		await client.refused(400, code, "Analytics", method, query);
	}
}
