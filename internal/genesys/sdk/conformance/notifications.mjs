import assert from "node:assert/strict";
import { Client } from "../client.mjs";
import { Ear } from "../ear.mjs";

/** notifications: channels, subscriptions, the socket and its heartbeat. */
export async function notifications(client, { url, weakId, weakSecret, unit }) {
	const channel = await client.call(200, "Notifications", "postNotificationsChannels");
	const listed = await client.call(200, "Notifications", "getNotificationsChannels");
	assert.ok(listed.entities.some((c) => c.id === channel.id));
	await client.call(200, "Notifications", "headNotificationsChannel", channel.id);
	await subscriptions(client, channel, unit);
	await rejections(client, channel, unit);
	const weak = await new Client(url, weakId, weakSecret).login();
	const own = await weak.call(200, "Notifications", "postNotificationsChannels");
	await weak.refused(403, "notification.unauthorized.topic", "Notifications", "postNotificationsChannelSubscriptions", own.id, [{ id: topic(unit, "import") }]);

	const ear = await Ear.open(channel.connectUri);
	await ear.of("channel.metadata");
	ear.close();
}

export const topic = (unit, what) => `v2.workforcemanagement.businessunits.${unit}.shorttermforecasts.${what}`;

async function subscriptions(client, { id }, unit) {
	const names = async (answer) => (await answer).entities.map((t) => [t.id, t.state]);
	const [imports, copies] = ["import", "copy"].map((what) => topic(unit, what));
	assert.deepEqual(await names(client.call(200, "Notifications", "postNotificationsChannelSubscriptions", id, [{ id: imports }])), [[imports, "Permitted"]]);
	await client.call(200, "Notifications", "postNotificationsChannelSubscriptions", id, [{ id: copies }]);
	assert.equal((await names(client.call(200, "Notifications", "getNotificationsChannelSubscriptions", id))).length, 2);
	await client.call(200, "Notifications", "putNotificationsChannelSubscriptions", id, [{ id: copies }]);
	assert.deepEqual(await names(client.call(200, "Notifications", "getNotificationsChannelSubscriptions", id)), [[copies, "Permitted"]]);
	await client.call(204, "Notifications", "deleteNotificationsChannelSubscriptions", id);
	assert.deepEqual(await names(client.call(200, "Notifications", "getNotificationsChannelSubscriptions", id)), []);
}

async function rejections(client, { id }, unit) {
	const topics = [{ id: "v2.nothing" }, { id: topic(unit, "import") }];
	await client.refused(400, "notification.invalid.topic", "Notifications", "postNotificationsChannelSubscriptions", id, topics);
	const some = await client.call(200, "Notifications", "postNotificationsChannelSubscriptions", id, topics, { ignoreErrors: true });
	assert.deepEqual(some.entities.map((t) => t.state), ["Rejected", "Permitted"]);
	await client.refused(404, "not.found", "Notifications", "headNotificationsChannel", "00000000-0000-4000-8000-000000000000").catch((failure) => {
		assert.match(String(failure), /was answered/); // a HEAD has no body
	});
}
