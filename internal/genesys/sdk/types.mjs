// Turns the SDK's type declarations into checks of real answers: every property of every value must be one the type knows, of
// the kind it says, and what it requires must be there.
import { readFileSync } from "node:fs";
import ts from "typescript";

const kind = ts.SyntaxKind;
const models = new Map(); // name → property → {type, optional}
const returns = new Map(); // "RoutingApi.getRoutingQueue" → what its promise holds

readDeclarations(readFileSync(new URL("node_modules/purecloud-platform-client-v2/index.d.ts", import.meta.url), "utf8"));

function readDeclarations(text) {
	for (const node of ts.createSourceFile("index.d.ts", text, ts.ScriptTarget.Latest).statements) {
		if (ts.isClassDeclaration(node)) readMethods(node);
		if (ts.isModuleDeclaration(node) && node.name.text === "Models") node.body.statements.forEach(readModel);
	}
}

function readMethods({ name, members }) {
	for (const m of members) {
		if (ts.isMethodDeclaration(m) && m.type?.typeName?.text === "Promise") returns.set(`${name.text}.${m.name.text}`, m.type.typeArguments[0]);
	}
}

function readModel({ name, members }) {
	const properties = members.filter(ts.isPropertySignature).map((m) => [m.name.text, { type: m.type, optional: Boolean(m.questionToken) }]);
	models.set(name.text, new Map(properties));
}

/** check returns what is wrong with the answers, a line each. */
export function check(answers) {
	return answers.flatMap(({ api, method, model, body }) => {
		const type = model ?? `${api}.${method}`;
		const properties = model ? models.get(model) : undefined;
		const promised = returns.get(type);
		if (!properties && !promised) return [`the SDK has no ${type}`];
		return [...(properties ? wrongProperties(body, properties, type) : wrong(body, promised, type))];
	});
}

/** wrong yields what a value has that its type does not allow. */
function* wrong(value, type, place) {
	switch (type.kind) {
		case kind.StringKeyword: return yield* unless(typeof value === "string", value, "a string", place);
		case kind.NumberKeyword: return yield* unless(typeof value === "number", value, "a number", place);
		case kind.BooleanKeyword: return yield* unless(typeof value === "boolean", value, "a boolean", place);
		case kind.VoidKeyword: return yield* unless(value === undefined, value, "nothing", place);
		case kind.ObjectKeyword: return yield* unless(typeof value === "object", value, "an object", place);
		case kind.AnyKeyword: return;
		case kind.TypeLiteral: return yield* wrongEntries(value, type.members[0].type, place); // { [key: string]: T; }
		case kind.TypeReference: return yield* wrongReference(value, type, place);
	}
	throw new Error(`${place}: the SDK's types have become richer: ${kind[type.kind]}`);
}

function* unless(good, value, wanted, place) {
	if (!good) yield `${place} is ${JSON.stringify(value)?.slice(0, 80)}, not ${wanted}`;
}

function* wrongReference(value, { typeName, typeArguments }, place) {
	const name = (typeName.right ?? typeName).text;
	if (name === "Array") {
		if (!Array.isArray(value)) return yield* unless(false, value, "a list", place);
		for (const [i, inner] of value.entries()) yield* wrong(inner, typeArguments[0], `${place}[${i}]`);
		return;
	}
	if (!models.has(name)) throw new Error(`${place}: there is no type ${name}`);
	yield* wrongProperties(value, models.get(name), place);
}

function* wrongEntries(value, type, place) {
	if (!isObject(value)) return yield* unless(false, value, "an object", place);
	for (const [name, inner] of Object.entries(value)) yield* wrong(inner, type, `${place}.${name}`);
}

/** wrongProperties takes null for a property that is not there. */
function* wrongProperties(value, properties, place) {
	if (!isObject(value)) return yield* unless(false, value, "an object", place);
	for (const [name, inner] of Object.entries(value)) {
		const known = properties.get(name);
		if (!known) yield `${place} has no property ${name}`;
		else if (inner !== null) yield* wrong(inner, known.type, `${place}.${name}`);
	}
	for (const [name, { optional }] of properties) {
		if (!optional && (value[name] ?? null) === null) yield `${place} lacks ${name}`;
	}
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// A judge who takes these sees nothing.
for (const mistake of [
	{ model: "WrapupCode", body: { name: "x", nonsense: 1 } },
	{ model: "WrapupCode", body: { name: 1 } },
	{ model: "BuImportShortTermForecastSchema", body: { description: "x" } },
	{ api: "RoutingApi", method: "getRoutingQueues", body: { entities: [{ name: "x" }, { name: 1 }] } },
	{ api: "RoutingApi", method: "getNothing", body: {} },
]) {
	if (check([mistake]).length === 0) throw new Error(`nothing is found wrong with ${JSON.stringify(mistake)}`);
}
