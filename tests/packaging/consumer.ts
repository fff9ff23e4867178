// Compiled against the packed package, never run.
import init, {
  assess, importInventory, Lab, LabError, runbook, runbookSteps, runScenario, sampleFleet, supportMatrix, version,
  type AssessOptions, type Command, type Fleet, type LabState, type MachineAssessment, type Outcome, type Verdict,
} from "restore-point-lab";
import { armHttpClient, blobHttpClient, credential, type LabHttpClient, type LabToken } from "restore-point-lab/azure";

const started: Promise<void> = init();
const engine: string = version().engine;

const { fleet, problems, assumed } = importInventory([{ name: "vms.json", data: "[]" }]);
const other: Fleet = importInventory(new Uint8Array()).fleet;
const paths: string[] = problems.map((problem) => problem.path);
const facts: string[] = assumed.map((assumption) => assumption.fact);

const options: AssessOptions = { service: "restorePoints", edition: "2023-07", request: { consistency: "crash" } };
const machines: MachineAssessment[] = assess(fleet, options).machines;
const verdicts: Verdict[] = assess(sampleFleet()).machines.map((machine) => machine.verdict);
const rows: string[] = supportMatrix().map((row) => row.id);

const lab = new Lab({ seed: 1, startTime: "2026-01-05T00:00:00Z", settings: { "limits.restorePointsPerVm": 3 }, fleet });
const command: Command = { type: "createRestorePoint", collection: "rpc", name: "p1" };
const outcome: Outcome = lab.dispatch(command);
if (outcome.type === "rejected") {
  const row: string[] = outcome.error.rowIds;
  void row;
} else {
  const happened: string[] = outcome.events.map((event) => event.text);
  void happened;
}
const state: LabState = lab.state();
const tags: Record<string, string>[] = state.restorePointCollections.map((collection) => collection.tags);
const bytes: number = lab.storedBytes({ region: "westeurope" }) + lab.storedBytes() + lab.freedBy(["p1"]);
const again: Lab = Lab.fromScenario(lab.exportScenario());
const met: boolean = runScenario(again.exportScenario()).met;
const book: string = runbook(again.exportScenario(), "azCli") + lab.runbook("bicep") + lab.reportDocument({ format: "html", title: "t" });
const titles: string[] = runbookSteps(again.exportScenario()).map((step) => step.title);
const clients: LabHttpClient[] = [armHttpClient(lab), blobHttpClient(lab)];
const token: Promise<LabToken> = credential().getToken();
const status: number = lab.request({ method: "GET", url: "https://management.azure.com/", headers: { accept: "*/*" } }).status;
const error: Error = new LabError("code", "path", "message");

// @ts-expect-error no such service
assess(fleet, { service: "restorePoint" });
// @ts-expect-error no such dialect
lab.runbook("cobol");
// @ts-expect-error no such command
lab.dispatch({ type: "makeItSo" });
// @ts-expect-error a request has an address
lab.request({ method: "GET" });
// @ts-expect-error a field of a command is missing
lab.dispatch({ type: "createRestorePoint", name: "p1" });

export { started, engine, other, paths, facts, machines, verdicts, rows, tags, bytes, met, book, titles, error, clients, token, status };
