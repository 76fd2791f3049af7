// Takes what differs from run to run (serial number, moment, names of this machine) out of the SBOM that npm gives.
import { readFileSync } from "node:fs";

const sbom = JSON.parse(readFileSync(0, "utf8"));
delete sbom.serialNumber;
delete sbom.metadata.timestamp;
process.stdout.write(JSON.stringify(sbom, null, 2) + "\n");
