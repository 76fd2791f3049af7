import assert from "node:assert/strict";
import { Client } from "../client.mjs";

/** login: tokens, what they are refused for, permissions and the rate limit. */
export async function login(client, world) {
	const me = await client.call(200, "Tokens", "getTokensMe");
	assert.equal(me.OAuthClient.id, world.clientId);
	await client.call(200, "Tokens", "headTokensMe");
	const mine = await client.call(200, "Authorization", "getAuthorizationSubjectsMe");
	assert.ok(mine.grants[0].role.policies.some((p) => p.domain === "wfm" && p.entityName === "shortTermForecast" && p.actions.includes("add")));

	await wrongSecret(world);
	await endedTokens(world);
	await missingPermissions(world);
	await tooManyRequests(world);
}

async function wrongSecret({ url, clientId }) {
	await assert.rejects(new Client(url, clientId, "wrong").login(), (error) => {
		const { status, data } = error.response;
		return status === 400 && data.error === "invalid_client" && Boolean(data.description && data.error_description);
	});
}

async function endedTokens({ url, clientId, clientSecret }) {
	const other = await new Client(url, clientId, clientSecret).login();
	await other.call(200, "Tokens", "deleteTokensMe");
	await other.refused(401, "bad.credentials", "Tokens", "getTokensMe");
	await new Client(url).refused(401, "authentication.required", "Tokens", "getTokensMe");
}

async function missingPermissions({ url, weakId, weakSecret, unit }) {
	const weak = await new Client(url, weakId, weakSecret).login();
	await weak.call(200, "Tokens", "getTokensMe");
	await weak.refused(403, "missing.any.permissions", "Analytics", "postAnalyticsConversationsAggregatesQuery", {});
	await weak.refused(403, "missing.permissions", "Routing", "getRoutingWrapupcodes");
	await weak.refused(403, "missing.any.permissions", "WorkforceManagement", "getWorkforcemanagementBusinessunitPlanninggroups", unit);
	const units = await weak.call(200, "WorkforceManagement", "getWorkforcemanagementBusinessunits");
	assert.deepEqual(units.entities, []);
}

async function tooManyRequests({ limited, clientId, clientSecret }) {
	const eager = await new Client(limited, clientId, clientSecret).login();
	const { headers } = await eager.send("Tokens", "getTokensMe");
	assert.equal(headers["inin-ratelimit-allowed"], "1");
	const refusal = await eager.refused(429, "too.many.requests.retry.after", "Tokens", "getTokensMe");
	const seconds = Number(refusal.headers["retry-after"]);
	assert.ok(seconds >= 1 && seconds <= 60 && refusal.body.message.includes(`[${seconds}]`), refusal.body.message);
}
