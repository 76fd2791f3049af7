import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { is } from "../client.mjs";
import { Ear } from "../ear.mjs";
import { topic } from "./notifications.mjs";

const quarterHours = 8 * 96; // a week and the day after it

/** forecasts: an import through a signed address, everything that can be asked of it, a copy, a generated one, and their end. */
export async function forecasts(client, { unit, monday, later }) {
	const wfm = new Wfm(client, unit);
	const ear = await wfm.listen();
	const groups = (await client.call(200, "WorkforceManagement", "getWorkforcemanagementBusinessunitPlanninggroups", unit)).entities.map((g) => g.id);

	const imported = await wfm.import(ear, monday, groups);
	await wfm.lists(monday, imported);
	await wfm.parts(monday, imported, groups);
	const copied = await wfm.copy(ear, monday, later, imported);
	const generated = await wfm.generate(ear, later);
	await wfm.remove([[monday, imported.id], [later, copied.id], [later, generated.id]]);
	await refusals(client, unit, monday);
	ear.close();
}

class Wfm {
	constructor(client, unit) {
		this.client = client;
		this.unit = unit;
	}

	/** ask calls a method of the unit's forecasts, named without the part that all have in common. */
	ask(status, verb, what, ...args) {
		return this.client.call(status, "WorkforceManagement", `${verb}WorkforcemanagementBusinessunitWeekShorttermforecast${what}`, this.unit, ...args);
	}

	async listen() {
		const { id, connectUri } = await this.client.call(200, "Notifications", "postNotificationsChannels");
		const topics = ["import", "copy", "generate"].map((what) => ({ id: topic(this.unit, what) }));
		await this.client.call(200, "Notifications", "postNotificationsChannelSubscriptions", id, topics);
		return Ear.open(connectUri);
	}

	/** import walks the five steps and returns the forecast as the notification has it. */
	async import(ear, week, groups) {
		const numbers = (value) => Array.from({ length: quarterHours }, (_, i) => value + (i % 96) / 96);
		const schema = {
			description: "by the official SDK", weekCount: 1, canUseForScheduling: true,
			planningGroups: groups.map((planningGroupId, n) => ({ planningGroupId, offeredPerInterval: numbers(n), averageHandleTimeSecondsPerInterval: numbers(300) })),
			longTermPlanningGroups: [{ planningGroupId: groups[0], offeredPerDay: [1, 2], averageHandleTimeSecondsPerDay: [3, 4] }],
		};
		is("BuImportShortTermForecastSchema", schema);
		const body = gzipSync(JSON.stringify(schema));
		const upload = await this.ask(201, "post", "sImportUploadurl", week, { contentLengthBytes: body.length });
		assert.equal((await fetch(upload.url, { method: "PUT", headers: upload.headers, body })).status, 200);
		const { status, operationId } = await this.ask(202, "post", "sImport", week, { uploadKey: upload.uploadKey });
		assert.equal(status, "Processing");
		const end = await ear.of(topic(this.unit, "import"), (n) => n.operationId === operationId);
		is("WfmBuShortTermForecastImportCompleteTopicBuShortTermForecastNotification", end);
		assert.equal(end.status, "Complete");
		return end.result;
	}

	async lists(week, { id }) {
		for (const when of [week, "recent"]) {
			const listed = await this.ask(200, "get", "s", when);
			assert.ok(listed.entities.some((f) => f.id === id && f.creationMethod === "Import"));
		}
	}

	/** parts: the forecast by itself, its data inline and at a signed address, and what else can be asked of it. */
	async parts(week, { id }, groups) {
		const one = await this.ask(200, "get", "", week, id, { expand: ["planningGroups", "generationResults"] });
		assert.equal(one.planningGroups.entities.length, groups.length);
		const { result } = await this.ask(200, "get", "Data", week, id, { weekNumber: 1 });
		assert.equal(result.planningGroups[0].offeredPerInterval.length, quarterHours);
		const { downloadUrl } = await this.ask(200, "get", "Data", week, id, { forceDownloadService: true });
		assert.deepEqual(await download(downloadUrl, "BuForecastResult"), result);

		assert.equal((await this.ask(200, "get", "Planninggroups", week, id)).entities.length, groups.length);
		await this.ask(200, "get", "Generationresults", week, id);
		const long = await this.ask(200, "get", "Longtermforecastdata", week, id);
		assert.deepEqual(long.result.planningGroups[0].offeredPerDay, [1, 2]);
		const staffing = await this.ask(200, "get", "Staffingrequirement", week, id, { weekNumbers: ["1"] });
		assert.equal(staffing.results.length, 1);
		assert.ok((await (await fetch(staffing.results[0].downloadUrl)).json()).length > 0);
	}

	async copy(ear, week, to, { id }) {
		const { operationId } = await this.ask(202, "post", "Copy", week, id, { description: "a copy", weekDate: to }, { forceAsync: true });
		const end = await ear.of(topic(this.unit, "copy"), (n) => n.operationId === operationId);
		is("WfmBuShortTermForecastCopyCompleteTopicBuShortTermForecastNotification", end);
		assert.deepEqual([end.result.weekDate, end.result.description], [to, "a copy"]);
		return end.result;
	}

	async generate(ear, week) {
		const { operationId } = await this.ask(202, "post", "sGenerate", week, { description: "the platform's own", weekCount: 2 }, { forceAsync: true });
		const end = await ear.of(topic(this.unit, "generate"), (n) => n.operationId === operationId && n.status === "Complete");
		is("WfmBuShortTermForecastGenerateProgressTopicGenerateBuShortTermForecastProgressNotification", end);
		assert.equal(end.result.creationMethod, "Advanced");
		const methods = await this.ask(200, "get", "Generationresults", week, end.result.id);
		assert.ok(methods.planningGroupResults.length > 0);
		const { result } = await this.ask(200, "get", "Data", week, end.result.id, { weekNumber: 2 });
		assert.ok(result.planningGroups.some((g) => g.offeredPerInterval.some((v) => v > 0)));
		return end.result;
	}

	async remove(all) {
		for (const [week, id] of all) {
			await this.ask(204, "delete", "", week, id);
			await this.client.refused(404, "wfm.entity.not.found", "WorkforceManagement", "getWorkforcemanagementBusinessunitWeekShorttermforecast", this.unit, week, id);
		}
	}
}

/** download fetches from a signed address, without a token. */
async function download(url, model) {
	const body = await (await fetch(url)).json();
	is(model, body);
	return body;
}

async function refusals(client, unit, monday) {
	const refuse = (status, code, method, ...args) => client.refused(status, code, "WorkforceManagement", method, unit, ...args);
	const upload = "postWorkforcemanagementBusinessunitWeekShorttermforecastsImportUploadurl";
	const tuesday = new Date(new Date(monday).getTime() + 864e5).toISOString().slice(0, 10);
	await refuse(400, "wfm.validation.failure", "getWorkforcemanagementBusinessunitWeekShorttermforecasts", tuesday);
	await refuse(400, "wfm.validation.failure", upload, tuesday, { contentLengthBytes: 1 });
	await refuse(400, "wfm.validation.failure", upload, "2040-01-02", { contentLengthBytes: 1 });
	await refuse(400, "wfm.validation.failure", upload, monday, {});
	await refuse(400, "wfm.validation.failure", "postWorkforcemanagementBusinessunitWeekShorttermforecastsImport", monday, { uploadKey: "nothing" });
	await refuse(400, "wfm.validation.failure", "postWorkforcemanagementBusinessunitWeekShorttermforecastsGenerate", monday, { description: "long", weekCount: 7 });
}
