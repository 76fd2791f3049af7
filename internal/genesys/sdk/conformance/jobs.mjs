import assert from "node:assert/strict";
import { until } from "../client.mjs";
import { sum } from "./analytics.mjs";

/** jobs: aggregates and details that are computed later and read page by page, by cursors. */
export async function jobs(client, world) {
	await aggregateJobs(client, world);
	await detailJobs(client, world);
}

/** aggregateJobs finds what the query finds, in pages of three groups. */
async function aggregateJobs(client, { week }) {
	const query = { interval: week, granularity: "P1D", groupBy: ["queueId", "wrapUpCode"], metrics: ["tHandle", "tAcw"] };
	const whole = await client.call(200, "Analytics", "postAnalyticsConversationsAggregatesQuery", query);
	const { jobId } = await client.call(202, "Analytics", "postAnalyticsConversationsAggregatesJobs", { ...query, pageSize: 3 });
	await client.refused(400, "bad.request", "Analytics", "getAnalyticsConversationsAggregatesJobResults", jobId);
	await fulfilled(client, "getAnalyticsConversationsAggregatesJob", jobId);
	const pages = await everyPage(client, "getAnalyticsConversationsAggregatesJobResults", jobId, {});
	assert.ok(pages.length > 1);
	assert.ok(pages.slice(0, -1).every((p) => p.results.length === 3));
	const results = pages.flatMap((p) => p.results);
	assert.deepEqual(new Set(results.map((r) => JSON.stringify(r))), new Set(whole.results.map((r) => JSON.stringify(r))));
	assert.equal(sum({ results }, "tHandle", "sum"), sum(whole, "tHandle", "sum"));

	await client.refused(400, "invalid.query.param.value", "Analytics", "getAnalyticsConversationsAggregatesJobResults", jobId, { cursor: "x" });
	await client.call(204, "Analytics", "deleteAnalyticsConversationsAggregatesJob", jobId);
	await client.refused(404, "not.found", "Analytics", "getAnalyticsConversationsAggregatesJob", jobId);
	await client.refused(400, "constraint.validation", "Analytics", "postAnalyticsConversationsAggregatesJobs", { ...query, pageSize: -1 });
}

/** detailJobs finds every conversation of the week once, in pages of forty. */
async function detailJobs(client, { week, conversations }) {
	const { dataAvailabilityDate } = await client.call(200, "Analytics", "getAnalyticsConversationsDetailsJobsAvailability");
	assert.ok(new Date(dataAvailabilityDate) > new Date(week.split("/")[1]));
	const query = { interval: week, order: "asc", orderBy: "conversationStart", startOfDayIntervalMatching: true };
	const { jobId } = await client.call(202, "Analytics", "postAnalyticsConversationsDetailsJobs", query);
	await fulfilled(client, "getAnalyticsConversationsDetailsJob", jobId);
	const pages = await everyPage(client, "getAnalyticsConversationsDetailsJobResults", jobId, { pageSize: 40 });
	const found = pages.flatMap((p) => p.conversations);
	assert.equal(found.length, conversations);
	assert.equal(new Set(found.map((c) => c.conversationId)).size, conversations);
	assert.ok(found.some((c) => c.participants.some((p) => p.attributes)));
	await client.call(204, "Analytics", "deleteAnalyticsConversationsDetailsJob", jobId);
	await client.refused(404, "not.found", "Analytics", "getAnalyticsConversationsDetailsJob", jobId);
}

/** fulfilled waits for a job's end: 202 while it is under way, 200 then. */
async function fulfilled(client, method, jobId) {
	const first = await client.call(202, "Analytics", method, jobId);
	assert.ok(["QUEUED", "PENDING"].includes(first.state));
	await until(() => client.send("Analytics", method, jobId), (a) => a.status === 200);
	const end = await client.call(200, "Analytics", method, jobId);
	assert.equal(end.state, "FULFILLED");
	assert.ok(end.completionDate && end.expirationDate);
}

/** everyPage follows the cursors; the last page has none. */
async function everyPage(client, method, jobId, options) {
	const pages = [];
	for (let cursor; ; ) {
		const page = await client.call(200, "Analytics", method, jobId, { ...options, cursor });
		pages.push(page);
		if (!page.cursor) return pages;
		cursor = page.cursor;
	}
}
