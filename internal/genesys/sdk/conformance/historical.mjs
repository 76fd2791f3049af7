import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { is, until } from "../client.mjs";
import { Ear } from "../ear.mjs";

const topic = "v2.workforcemanagement.historicaldata.status";
const header = "Interval Start UTC Date,Queue,Media Type,Skill Set,Language,Offered,Interactions Handled,Total Handle Time (Seconds)";

/** historical: a CSV of the past, its import followed to its end, a bad one, one too many, and their removal. */
export async function historical(client) {
	const { id, connectUri } = await client.call(200, "Notifications", "postNotificationsChannels");
	await client.call(200, "Notifications", "postNotificationsChannelSubscriptions", id, [{ id: topic }]);
	const ear = await Ear.open(connectUri);
	const { entities } = await client.call(200, "Routing", "getRoutingQueues");
	const row = `2026-08-03T14:15:00Z,"${entities[0].name}",Voice,,,12,11,3300`;

	const good = await bring(client, `${header}\n${row}\n`, "good.csv");
	await client.refused(409, "wfm.historical.running.request", "WorkforceManagement", "postWorkforcemanagementHistoricaldataValidate", good.request);
	assert.equal((await ended(client, good.id)).status, "Success");
	is("WfmHistoricalDataUploadRequestStatusTopicHistoricalDataUploadRequestUpdate", await ear.of(topic, (n) => n.requestId === good.id && n.status === "Success"));

	const bad = await bring(client, `${header}\n${row.replace("14:15", "14:16")}\n`, "bad.csv");
	const failed = await ended(client, bad.id);
	assert.equal(failed.status, "Failed");
	assert.match(failed.error, /quarter-hour/);
	const all = await client.call(200, "WorkforceManagement", "getWorkforcemanagementHistoricaldataImportstatus");
	assert.deepEqual(all.entities.map((i) => i.fileName), ["good.csv", "bad.csv"]);
	await remove(client, good.id);
	ear.close();
}

/** bring uploads a file and has it validated. */
async function bring(client, text, fileName) {
	const contentMd5 = createHash("md5").update(text).digest("base64");
	const upload = await client.call(200, "Uploads", "postUploadsWorkforcemanagementHistoricaldataCsv",
		{ fileName, contentMd5, contentType: "text/csv", signedUrlTimeoutSeconds: 600, serverSideEncryption: "AES256" });
	assert.equal((await fetch(upload.url, { method: "PUT", headers: upload.headers, body: text })).status, 200);
	const request = { dateImportEnded: "2026-09-01T00:00:00Z", uploadKey: upload.uploadKey };
	const { id } = await client.call(202, "WorkforceManagement", "postWorkforcemanagementHistoricaldataValidate", request);
	return { id, request };
}

async function ended(client, id) {
	const ask = () => client.call(200, "WorkforceManagement", "getWorkforcemanagementHistoricaldataImportstatusJobId", id);
	return (await until(ask, (a) => ["Success", "Failed"].includes(a.importStatusResult.status))).importStatusResult;
}

async function remove(client, id) {
	const job = await client.call(202, "WorkforceManagement", "postWorkforcemanagementHistoricaldataBulkRemoveJobs", { requestIds: [id, "unknown"] });
	assert.deepEqual(job.disallowedEntities.map((e) => e.requestId), ["unknown"]);
	const ask = () => client.call(200, "WorkforceManagement", "getWorkforcemanagementHistoricaldataBulkRemoveJob", job.id);
	const done = await until(ask, (a) => a.state === "Complete");
	assert.equal(done.entities[0].status, "Purged");
	await client.call(200, "WorkforceManagement", "getWorkforcemanagementHistoricaldataBulkRemoveJobs");
	await client.refused(400, "constraint.validation", "WorkforceManagement", "postWorkforcemanagementHistoricaldataBulkRemoveJobs", { requestIds: [] });
}
