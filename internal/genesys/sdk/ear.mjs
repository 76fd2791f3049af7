// Listens to a notification channel.
import WebSocket from "ws";
import { until } from "./client.mjs";

export class Ear {
	heard = [];

	/** open connects to a channel's address; nothing is missed from then on. */
	static async open(connectUri) {
		const ear = new Ear();
		ear.socket = new WebSocket(connectUri);
		ear.socket.on("message", (text) => ear.heard.push(JSON.parse(text)));
		await new Promise((resolve, reject) => ear.socket.once("open", resolve).once("error", reject));
		return ear;
	}

	/** of waits for the first message of a topic about which the test says yes, and returns its body. */
	async of(topic, test = () => true) {
		const find = () => this.heard.find((m) => m.topicName === topic && test(m.eventBody));
		return (await until(find, Boolean)).eventBody;
	}

	close() {
		this.socket.close();
	}
}
