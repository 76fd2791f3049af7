// Makes with the official SDK each operation that wrapcast's client makes, from the same facts, and tells the recorder in between
// which one comes: see TestTheSDKSendsTheSameRequests.
import assert from "node:assert/strict";
import { Client } from "./client.mjs";
import { Ear } from "./ear.mjs";

const facts = JSON.parse(process.env.FACTS);
const client = new Client(facts.url, facts.clientId, facts.clientSecret);
const { unit, week } = facts;
let upload, forecast;

const wfm = async (verb, what, ...args) => (await client.send("WorkforceManagement", `${verb}WorkforcemanagementBusinessunit${what}`, ...args)).body;
const routing = (method, options) => client.send("Routing", method, { pageSize: 100, pageNumber: 1, ...options });
const query = (groupBy, metrics) =>
	client.send("Analytics", "postAnalyticsConversationsAggregatesQuery", { interval: facts.interval, granularity: "PT15M", groupBy, metrics });

const operations = {
	"login": async () => {
		await client.login();
		await client.send("Tokens", "getTokensMe");
	},
	"own permissions": () => client.send("Authorization", "getAuthorizationSubjectsMe"),
	"queues": () => routing("getRoutingQueues"),
	"wrap-up codes": async () => {
		await routing("getRoutingWrapupcodesDivisionviews", { includeState: "Active" });
		await routing("getRoutingWrapupcodesDivisionviews", { includeState: "Deleted" });
	},
	"active wrap-up codes": () => routing("getRoutingWrapupcodes"),
	"languages and skills": async () => {
		await routing("getRoutingLanguages");
		await routing("getRoutingSkills", { id: facts.skills });
	},
	"business unit": async () => {
		await wfm("get", "s");
		await wfm("get", "", unit, { expand: ["settings"] });
	},
	"planning groups": async () => {
		await wfm("get", "Planninggroups", unit);
		await wfm("get", "Servicegoaltemplates", unit);
	},
	"what codes had": () => query(["queueId", "wrapUpCode", "mediaType"], ["tHandle", "tAcw"]),
	"what queues had": () => query(["queueId", "mediaType"], ["nOffered", "tAbandon", "tHandle", "nTransferred"]),
	"listening": async () => {
		const { body } = await client.send("Notifications", "postNotificationsChannels");
		await client.send("Notifications", "postNotificationsChannelSubscriptions", body.id,
			[{ id: `v2.workforcemanagement.businessunits.${unit}.shorttermforecasts.import` }]);
		(await Ear.open(body.connectUri)).close();
	},
	"upload": async () => {
		const body = Buffer.from(facts.gzipped, "base64");
		upload = await wfm("post", "WeekShorttermforecastsImportUploadurl", unit, week, { contentLengthBytes: body.length });
		assert.equal((await fetch(upload.url, { method: "PUT", headers: upload.headers, body })).status, 200);
	},
	"import": () => wfm("post", "WeekShorttermforecastsImport", unit, week, { uploadKey: upload.uploadKey }),
	"forecasts": async () => {
		const { entities } = await wfm("get", "WeekShorttermforecasts", unit, week);
		forecast = entities[0].id;
	},
	"forecast data": () => wfm("get", "WeekShorttermforecastData", unit, week, forecast, { weekNumber: 1 }),
	"required staff": async () => {
		const { results } = await wfm("get", "WeekShorttermforecastStaffingrequirement", unit, week, forecast, { weekNumbers: ["1"] });
		for (const { downloadUrl } of results) await fetch(downloadUrl); // a signed address, which is no business of the SDK
	},
};

for (const [name, make] of Object.entries(operations)) {
	await fetch(`${facts.url}/next?operation=${encodeURIComponent(name)}`, { method: "POST" });
	await make();
}
process.exit(0); // the SDK watches a settings file, and would go on
