// Drives a simulator with the official SDK, chapter by chapter, and checks every answer against the SDK's types. WORLD says
// where it is and what is true of it: see TestTheOfficialSDKDrivesTheSimulator.
import { Client } from "./client.mjs";
import { check } from "./types.mjs";
import { analytics } from "./conformance/analytics.mjs";
import { basics } from "./conformance/basics.mjs";
import { forecasts } from "./conformance/forecasts.mjs";
import { kinds } from "./conformance/kinds.mjs";
import { login } from "./conformance/login.mjs";
import { notifications } from "./conformance/notifications.mjs";
import { planning } from "./conformance/planning.mjs";
import { routing } from "./conformance/routing.mjs";

const world = JSON.parse(process.env.WORLD);
world.now = new Date(world.now);
const client = await new Client(world.url, world.clientId, world.clientSecret).login();

for (const chapter of [login, basics, routing, analytics, planning, notifications, forecasts, kinds]) {
	try {
		await chapter(client, world);
	} catch (failure) {
		console.error(`${chapter.name}: ${failure.stack}`);
		process.exit(1);
	}
}
const complaints = check(Client.answers);
console.log(`${Client.answers.length} answers were checked, ${complaints.length} complaints`);
if (complaints.length > 0) {
	console.error(complaints.slice(0, 50).join("\n"));
	process.exit(1);
}
process.exit(0); // the SDK watches a settings file, and would go on
