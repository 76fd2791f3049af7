import assert from "node:assert/strict";

/** limits: what the organisation may do how often can be read. */
export async function limits(client) {
	const ask = (method, ...args) => client.call(200, "Organization", `getOrganizationsLimits${method}`, ...args);
	const { entities } = await ask("Namespaces", { pageSize: 100 });
	assert.ok(entities.length > 0);
	const { namespaces } = await ask("Docs");
	assert.equal(namespaces.length, entities.length);
	const keys = new Map();
	for (const { name } of namespaces) {
		const now = await ask("Namespace", name);
		const usual = await ask("NamespaceDefaults", name);
		assert.deepEqual(now.entities.map((l) => l.key), usual.entities.map((l) => l.key));
		for (const { key, value } of usual.entities) keys.set(key, value);
	}
	assert.equal(keys.get("client.credentials.token.rate.per.minute"), 300);
	assert.equal(keys.get("request.bytes.max"), 512_000);
	await client.refused(404, "not.found", "Organization", "getOrganizationsLimitsNamespace", "nothing");
}
