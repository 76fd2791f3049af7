import assert from "node:assert/strict";

/** routing: every call of wrap-up codes and queues, with paging. */
export async function routing(client) {
	const codes = await everyPage(client, "getRoutingWrapupcodes", { pageSize: 2 });
	await oneCode(client, codes);
	await deletedCodes(client, codes);
	const queues = await everyPage(client, "getRoutingQueues", { pageSize: 2 });
	await queueCodes(client, queues[0], codes);
	await refusals(client, codes[0]);
}

/** everyPage reads a listing page by page; each says where it stands. */
async function everyPage(client, method, options) {
	const all = [];
	for (let pageNumber = 1; ; pageNumber++) {
		const page = await client.call(200, "Routing", method, { ...options, pageNumber });
		all.push(...page.entities);
		assert.deepEqual([page.pageNumber, page.pageSize], [pageNumber, options.pageSize]);
		assert.equal(Boolean(page.nextUri), pageNumber < page.pageCount);
		if (pageNumber >= page.pageCount) {
			assert.equal(all.length, page.total);
			assert.equal(new Set(all.map((e) => e.id)).size, page.total);
			return all;
		}
	}
}

async function oneCode(client, codes) {
	const [first, second] = codes;
	assert.deepEqual(await client.call(200, "Routing", "getRoutingWrapupcode", first.id), first);
	const both = await client.call(200, "Routing", "getRoutingWrapupcodes", { id: [first.id, second.id] });
	assert.equal(both.total, 2);
	const byName = await client.call(200, "Routing", "getRoutingWrapupcodes", { name: first.name, sortBy: "id", sortOrder: "descending" });
	assert.deepEqual(byName.entities, [first]);
}

async function deletedCodes(client, codes) {
	const listed = async (includeState) =>
		(await client.call(200, "Routing", "getRoutingWrapupcodesDivisionviews", { includeState, pageSize: 100 })).entities.map((c) => c.id);
	const active = await listed("Active");
	const deleted = await listed("Deleted");
	assert.deepEqual(active.toSorted(), codes.map((c) => c.id).toSorted());
	assert.ok(deleted.length > 0);
	assert.deepEqual((await listed("ActiveAndDeleted")).toSorted(), [...active, ...deleted].toSorted());
	const gone = await client.call(200, "Routing", "getRoutingWrapupcodesDivisionview", deleted[0]);
	assert.ok(gone.name);
	await client.refused(404, "resource.not.found", "Routing", "getRoutingWrapupcode", deleted[0]);
}

async function queueCodes(client, queue, codes) {
	assert.deepEqual(await client.call(200, "Routing", "getRoutingQueue", queue.id), queue);
	const usual = await client.call(200, "Routing", "getRoutingQueueWrapupcodes", queue.id, { pageSize: 100 });
	const other = codes.find((c) => !usual.entities.some((u) => u.id === c.id)) ?? codes[0];
	const added = await client.call(200, "Routing", "postRoutingQueueWrapupcodes", queue.id, [{ id: other.id }]);
	assert.deepEqual(added.map((c) => c.id), [other.id]);
	const now = await client.call(200, "Routing", "getRoutingQueueWrapupcodes", queue.id, { pageSize: 100 });
	assert.ok(now.entities.some((c) => c.id === other.id));
}

async function refusals(client, code) {
	const nobody = "00000000-0000-4000-8000-000000000000";
	await client.refused(400, "invalid.id", "Routing", "getRoutingWrapupcode", "x");
	await client.refused(404, "resource.not.found", "Routing", "getRoutingQueue", nobody);
	await client.refused(400, "invalid.page.number", "Routing", "getRoutingQueues", { pageNumber: -1 });
	await client.refused(400, "invalid.query.param.value", "Routing", "getRoutingQueues", { pageSize: "many" });
	assert.equal((await client.call(200, "Routing", "getRoutingQueues", { pageSize: 500 })).pageSize, 500);
	await client.refused(400, "name.and.id.specified", "Routing", "getRoutingWrapupcodesDivisionviews", { name: "x", id: [code.id] });
	await client.refused(404, "resource.not.found", "Routing", "postRoutingQueueWrapupcodes", nobody, [{ id: code.id }]);
}
