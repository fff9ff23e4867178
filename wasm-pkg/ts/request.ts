// Requests on the wire, to the engine and back.

import { call } from "./boundary.js";
import { notLoaded } from "./part.js";
import type * as glue from "./engine/engine.js";

/** A request of a client, as on the wire. */
export interface LabRequest {
  /** `GET`, `PUT` and so on. */
  method: string;
  /** The whole address. */
  url: string;
  /** Headers by name, in any case; as pairs, names may come twice. */
  headers?: Readonly<Record<string, string>> | Iterable<readonly [string, string]>;
  /** The body, as text or bytes. */
  body?: string | Uint8Array | null;
}

/** What the service answers. */
export interface LabAnswer {
  /** The HTTP status. */
  status: number;
  /** Headers; their names in lower case. */
  headers: Record<string, string>;
  /** JSON and XML as text, other content as bytes, the empty text where there is none. */
  body: string | Uint8Array;
}

const encoder = new TextEncoder();

/** A header's name or value on one line; the engine refuses what had line breaks. */
function line(text: string): string {
  return /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, "\0") : text;
}

/** Headers as pairs. */
export function pairsOf(headers: LabRequest["headers"]): Iterable<readonly [string, string]> {
  return headers === undefined ? [] : Symbol.iterator in headers ? headers : Object.entries(headers);
}

/** Sends a request to the engine's lab. */
export function send(lab: glue.Lab, request: LabRequest): LabAnswer {
  const { method, url, headers, body } = request;
  let lines = "";
  for (const [name, value] of pairsOf(headers)) lines += `${line(name)}\n${line(String(value))}\n`;
  const bytes = typeof body === "string" ? encoder.encode(body) : body ?? new Uint8Array();
  const answer = call(() => lab.request(method, url, lines, bytes));
  if (answer.status === 0) {
    const part = answer.text();
    answer.free();
    throw notLoaded(part);
  }
  const answered: Record<string, string> = {};
  const parts = answer.headers.split("\n");
  for (let at = 0; at + 1 < parts.length; at += 2) answered[parts[at]!] = parts[at + 1]!;
  const kind = answered["content-type"] ?? "";
  const isBytes = kind !== "" && !kind.includes("json") && !kind.includes("xml");
  const status = answer.status;
  const content = isBytes ? answer.body() : answer.text();
  answer.free();
  return { status, headers: answered, body: content };
}
