// Compiled against the official clients' own types, never run.
import { ComputeManagementClient } from "@azure/arm-compute";
import { ComputeManagementClient as EarlierClient } from "@azure/arm-compute-22";
import type { HttpClient } from "@azure/core-rest-pipeline";
import { AnonymousCredential, PageBlobClient } from "@azure/storage-blob";
import { Lab, type LabAnswer, type LabRequest } from "restore-point-lab";
import { armHttpClient, blobHttpClient, credential, type LabHttpClient } from "restore-point-lab/azure";

const lab = new Lab();
const httpClient: HttpClient = armHttpClient(lab);
const own: LabHttpClient = armHttpClient(lab);
new ComputeManagementClient(credential(), "s", { httpClient: armHttpClient(lab) });
new EarlierClient(credential(), "s", { httpClient: armHttpClient(lab) });
new PageBlobClient("https://md-x.blob.storage.azure.net/a/b", new AnonymousCredential(), { httpClient: blobHttpClient(lab) });

const request: LabRequest = { method: "GET", url: "https://management.azure.com/", headers: { accept: "*/*" } };
const repeated: LabRequest = { ...request, headers: [["accept", "a"], ["accept", "b"]], body: new Uint8Array() };
const answer: LabAnswer = lab.request(request);
const body: string | Uint8Array = answer.body;

// @ts-expect-error a request has an address
lab.request({ method: "GET" });
// @ts-expect-error a body may be bytes
const text: string = answer.body;
// @ts-expect-error it is for a lab
armHttpClient({});

export { httpClient, own, repeated, body, text };
