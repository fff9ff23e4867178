/**
 * The official Azure clients against a lab: in the test's process or in the page, without a network.
 *
 * ```js
 * const client = new ComputeManagementClient(credential(), subscriptionId, { httpClient: armHttpClient(lab) });
 * const blob = new PageBlobClient(accessSAS, new AnonymousCredential(), { httpClient: blobHttpClient(lab) });
 * ```
 *
 * @module
 */
import type { Lab } from "../lab.js";
import { httpClient, type LabHttpClient } from "./client.js";

export type { ClientAnswer, ClientRequest, LabHttpClient } from "./client.js";
export type { AnswerHeaders } from "./headers.js";

/** For `httpClient` of `@azure/arm-compute` and other clients of Azure Resource Manager. */
export function armHttpClient(lab: Lab): LabHttpClient {
  return httpClient(lab);
}

/** For `httpClient` of `@azure/storage-blob`. */
export function blobHttpClient(lab: Lab): LabHttpClient {
  return httpClient(lab);
}

/** A token, as clients ask for it. */
export interface LabToken {
  token: string;
  expiresOnTimestamp: number;
}

/** A credential that the lab takes: every token does, and this one does not run out. */
export function credential(): { getToken(): Promise<LabToken> } {
  return {
    // The largest time that JavaScript has.
    getToken: () => Promise.resolve({ token: "restore-point-lab", expiresOnTimestamp: 8.64e15 }),
  };
}
