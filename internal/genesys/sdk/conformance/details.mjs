import assert from "node:assert/strict";

const method = "postAnalyticsConversationsDetailsQuery";

/** details: single conversations, paged until there are none, filtered and counted. */
export async function details(client, { week, conversations }) {
	const ask = (query) => client.call(200, "Analytics", method, query);
	const all = await everyPage(ask, { interval: week, order: "asc", orderBy: "conversationStart" });
	assert.equal(all.length, conversations);
	assert.equal(new Set(all.map((c) => c.conversationId)).size, conversations);
	await byCode(ask, week, all);
	await aggregated(ask, week, all);
	await refusals(client, week);
}

/** everyPage reads on until a page has no conversations. */
async function everyPage(ask, query) {
	const all = [];
	for (let pageNumber = 1; ; pageNumber++) {
		const page = await ask({ ...query, paging: { pageSize: 100, pageNumber } });
		if (!page.conversations?.length) return all;
		all.push(...page.conversations);
	}
}

const codesOf = (conversation) =>
	conversation.participants.flatMap((p) => p.sessions ?? []).flatMap((s) => s.segments ?? []).filter((s) => s.segmentType === "wrapup").map((s) => s.wrapUpCode);

async function byCode(ask, interval, all) {
	const code = all.flatMap(codesOf).find(Boolean);
	const filter = { type: "and", predicates: [{ dimension: "wrapUpCode", value: code }] };
	const found = await everyPage(ask, { interval, segmentFilters: [filter] });
	assert.equal(found.length, all.filter((c) => codesOf(c).includes(code)).length);
	assert.ok(found.every((c) => codesOf(c).includes(code)));
}

async function aggregated(ask, interval, all) {
	const counted = await ask({ interval, aggregations: [{ type: "termFrequency", dimension: "mediaType", size: 10 }] });
	assert.equal(counted.totalHits, all.length);
	assert.ok(counted.aggregations[0].results.length > 0);
	assert.equal(counted.conversations.length, Math.min(25, all.length)); // when no page is asked for
}

async function refusals(client, interval) {
	for (const [code, query] of [
		["constraint.validation", {}],
		["invalid.value", { interval: "yesterday" }],
		["constraint.validation", { interval, paging: { pageSize: 5 } }],
		["constraint.validation", { interval, paging: { pageSize: 1000, pageNumber: 1 } }],
		["bad.request", { interval, paging: { pageSize: 100, pageNumber: 1001 } }],
		["bad.request", { interval: "2026-01-01T00:00:00Z/2026-02-01T00:00:00Z" }],
		["invalid.value", { interval, order: "random" }],
	]) {
		await client.refused(400, code, "Analytics", method, query);
	}
}
