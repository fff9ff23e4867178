// A lab as the HTTP client of the official Azure clients. Their types are described, not imported.

import type { Lab } from "../lab.js";
import { withParts } from "../part.js";
import { requestInParts } from "../parts.js";
import { AnswerHeaders } from "./headers.js";

/** What is needed of a client's request: of today's clients, or of those before them. */
export interface ClientRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { toJSON(): Record<string, string> } | { toJson(): Record<string, string> };
  readonly body?: unknown;
  readonly streamResponseStatusCodes?: ReadonlySet<number> | undefined;
  readonly abortSignal?: { readonly aborted: boolean } | undefined;
}

/** The answer to a client's request. */
export interface ClientAnswer<R> {
  /** The request itself: pollers read it. */
  request: R;
  status: number;
  headers: AnswerHeaders;
  /** The body, where the client did not ask for a stream. */
  bodyAsText?: string;
}

/** An HTTP client that answers from memory. */
export interface LabHttpClient {
  sendRequest<R extends ClientRequest>(request: R): Promise<ClientAnswer<R>>;
}

/** A body in pieces, as the client of a platform takes it: its fields go into the answer. */
type Streams = (parts: Iterable<Uint8Array>, type: string) => object;

// Pages: a `Blob`, as `fetch` would give.
let streams: Streams = (parts, type) => {
  const collect = async (): Promise<Blob> => new Blob([...parts] as Uint8Array<ArrayBuffer>[], { type });
  return { blobBody: collect() };
};

/** Makes streams in the way of another platform. */
export function streamBy(made: Streams): void {
  streams = made;
}

/** The client for a lab: both kinds of official clients are told apart by their headers. */
export function httpClient(lab: Lab): LabHttpClient {
  return {
    async sendRequest(request) {
      if (request.abortSignal?.aborted) throw aborted();
      const body = bodyOf(request.body);
      const { method, url, headers: sent } = request;
      const given = "toJSON" in sent ? sent.toJSON() : sent.toJson();
      const got = await withParts(() => requestInParts(lab, { method, url, headers: given, ...(body === undefined ? {} : { body }) }));
      const answer: ClientAnswer<typeof request> = { request, status: got.status, headers: new AnswerHeaders(got.headers) };
      const parts = "parts" in got ? got.parts : undefined;
      const codes = request.streamResponseStatusCodes;
      if (codes !== undefined && (codes.has(got.status) || codes.has(Number.POSITIVE_INFINITY))) {
        const type = got.headers["content-type"] ?? "";
        Object.assign(answer, streams(parts ?? [bytesOf((got as { body: string | Uint8Array }).body)], type));
      } else {
        answer.bodyAsText = parts === undefined ? textOf((got as { body: string | Uint8Array }).body) : [...parts].map(textOf).join("");
      }
      return answer;
    },
  };
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}

function textOf(body: string | Uint8Array): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}

function bodyOf(body: unknown): string | Uint8Array | undefined {
  const made: unknown = typeof body === "function" ? (body as () => unknown)() : body;
  if (made === undefined || made === null) return undefined;
  if (typeof made === "string" || made instanceof Uint8Array) return made;
  if (made instanceof ArrayBuffer) return new Uint8Array(made);
  throw new TypeError("the lab reads bodies of text or bytes; this one is a stream");
}

function aborted(): Error {
  const error = new Error("The operation was aborted.");
  error.name = "AbortError";
  return error;
}
