import assert from "node:assert/strict";

/** planning: business units, planning groups and service goals. */
export async function planning(client, { unit }) {
	const ask = (method, ...args) => client.call(200, "WorkforceManagement", `getWorkforcemanagementBusinessunit${method}`, ...args);
	const units = await ask("s", { feature: "BuShortTermForecasts" });
	assert.deepEqual(units.entities.map((u) => [u.id, u.authorized]), [[unit, true]]);
	const { settings } = await ask("", unit, { expand: ["settings"] });
	assert.deepEqual([settings.startDayOfWeek, settings.timeZone], ["Monday", "America/New_York"]);
	assert.equal((await ask("", unit)).settings, undefined);

	const groups = await ask("Planninggroups", unit);
	assert.deepEqual(await ask("Planninggroup", unit, groups.entities[0].id), groups.entities[0]);
	for (const { routePaths } of groups.entities) {
		assert.ok(["Voice", "Chat", "Email", "Callback", "Message", "Workitem"].includes(routePaths[0].mediaType));
	}
	const goals = await ask("Servicegoaltemplates", unit);
	const goal = await ask("Servicegoaltemplate", unit, groups.entities[0].serviceGoalTemplate.id);
	assert.deepEqual(goals.entities, [goal]);
	await refusals(client, unit);
}

async function refusals(client, unit) {
	const refuse = (status, code, method, ...args) => client.refused(status, code, "WorkforceManagement", `getWorkforcemanagementBusinessunit${method}`, ...args);
	const nobody = "00000000-0000-4000-8000-000000000000";
	await refuse(404, "wfm.business.unit.not.found", "", nobody);
	await refuse(404, "wfm.entity.not.found", "Planninggroup", unit, nobody);
	await refuse(404, "wfm.entity.not.found", "Servicegoaltemplate", unit, nobody);
	await refuse(400, "invalid.query.param.value", "", unit, { expand: ["everything"] });
	await refuse(400, "invalid.query.param.value", "s", { feature: "Everything" });
}
