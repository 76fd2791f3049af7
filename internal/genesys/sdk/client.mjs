// The official SDK as a caller: every answer is kept, so that types.mjs can ask the compiler about it.
import assert from "node:assert/strict";
import platform from "purecloud-platform-client-v2";

/** Client is one OAuth client of the organisation at an address. */
export class Client {
	/** answers are those of the whole program: {api, method, body}, or {model, body} of what no method returns. */
	static answers = [];

	constructor(address, id, secret) {
		const { protocol, hostname, port } = new URL(address);
		this.api = new platform.ApiClient.instance.constructor();
		this.api.setGateway({ protocol: protocol.replace(":", ""), host: hostname, port });
		this.api.setReturnExtendedResponses(true);
		this.address = address;
		this.id = id;
		this.secret = secret;
	}

	async login() {
		await this.api.loginClientCredentialsGrant(this.id, this.secret);
		return this;
	}

	/** send calls a method of one of the SDK's APIs and returns status, headers and body, whatever they are. */
	async send(api, method, ...args) {
		const name = `${api}Api`;
		const call = new platform[name](this.api)[method](...args);
		const answer = await call.catch((refusal) => refusal);
		assert.ok(answer.status, `${method}: ${answer}`);
		return answer;
	}

	/** call is a call that must succeed, with a status where one is named; it returns the body. */
	async call(status, api, method, ...args) {
		const answer = await this.send(api, method, ...args);
		assert.equal(answer.status, status, `${method} was answered ${JSON.stringify(answer.body)}`);
		assert.ok(answer.headers["inin-correlation-id"], `${method}: no correlation id`);
		Client.answers.push({ api: `${api}Api`, method, body: answer.body || undefined });
		return answer.body;
	}

	/** refused is a call that must be refused with the platform's body. */
	async refused(status, code, api, method, ...args) {
		const answer = await this.send(api, method, ...args);
		const { body, headers } = answer;
		assert.deepEqual([answer.status, body?.code], [status, code], `${method} was answered ${JSON.stringify(body)}`);
		assert.equal(body.status, status);
		assert.ok(body.message, `${method}: a refusal without a message`);
		assert.equal(body.contextId, headers["inin-correlation-id"]);
		is("ErrorBody", body);
		return answer;
	}
}

/** is says that a value has one of the SDK's types. */
export function is(model, body) {
	Client.answers.push({ model, body });
}

/** until asks again until the answer is as wanted, for ten seconds. */
export async function until(ask, wanted) {
	for (let tries = 0; tries < 500; tries++) {
		const answer = await ask();
		if (wanted(answer)) return answer;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	assert.fail("it never came about");
}
