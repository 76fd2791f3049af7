// Checks the role that `wrapcast doctor --role` prints against the SDK's type of what creates one.
import { check } from "./types.mjs";

const complaints = check([{ model: "DomainOrganizationRoleCreate", body: JSON.parse(process.env.ROLE) }]);
if (complaints.length > 0) {
	console.error(complaints.join("\n"));
	process.exit(1);
}
