import assert from "node:assert/strict";

/** basics: what tools begin with. */
export async function basics(client, world) {
	const me = await client.call(200, "Organization", "getOrganizationsMe");
	const token = await client.call(200, "Tokens", "getTokensMe");
	assert.deepEqual([me.id, me.name], [token.organization.id, token.organization.name]);

	const home = await client.call(200, "Authorization", "getAuthorizationDivisionsHome");
	const divisions = await client.call(200, "Authorization", "getAuthorizationDivisions", { pageSize: 200 });
	assert.deepEqual(divisions.entities, [home]);
	const zones = await client.call(200, "Utilities", "getTimezones", { pageSize: 500 });
	assert.ok(zones.entities.some((z) => z.id === "America/New_York"));
	const { currentDate } = await client.call(200, "Utilities", "getDate");
	assert.ok(Math.abs(new Date(currentDate) - new Date(world.present)) < 600_000, currentDate);
	const topics = await client.call(200, "Notifications", "getNotificationsAvailabletopics", { expand: ["description"] });
	assert.ok(topics.entities.some((t) => t.id.endsWith(".shorttermforecasts.import")));
	await browser(world);
}

/** browser asks as a web page does that has the SDK. */
async function browser({ url }) {
	const headers = { Origin: "https://page.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type" };
	const { ok, headers: said } = await fetch(`${url}/api/v2/analytics/conversations/aggregates/query`, { method: "OPTIONS", headers });
	assert.ok(ok);
	assert.ok(["*", headers.Origin].includes(said.get("access-control-allow-origin")));
	assert.match(said.get("access-control-allow-headers").toLowerCase(), /authorization.*content-type/);
	assert.match(said.get("access-control-allow-methods"), /POST/);
}
