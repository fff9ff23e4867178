// Which address of the service a request over HTTP means: by its Host header, or by the first part of its path.

/** Where a request came to. */
export interface Origin {
  readonly protocol: "http:";
  /** Name and port, as the caller wrote it. */
  readonly host: string;
}

const MANAGEMENT = "management.azure.com";
const BLOB = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(blob|disk)\.[a-z0-9.-]*$/i;
const BLOB_LINKS = /https:\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:blob|disk)\.[a-z0-9.-]+)\//gi;

function isServiceHost(name: string): boolean {
  return name.toLowerCase() === MANAGEMENT || BLOB.test(name);
}

/** Whether a Host header names the service, or where this server listens. */
export function isKnownHost(host: string, own: readonly string[]): boolean {
  const name = host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return own.includes(name) || isServiceHost(name);
}

/**
 * The address that is meant, and whether it was written in another way. `/HOST/...` means that host; anything else
 * means Azure Resource Manager, whose answers then lead back here.
 */
export function addressOf(path: string, { protocol, host }: Origin): { url: string; rewritten: boolean } {
  const name = host.replace(/:\d+$/, "");
  if (isServiceHost(name)) return { url: `https://${name}${path}`, rewritten: false };
  const [, first = "", rest = ""] = /^\/([^/?#]*)(.*)$/s.exec(path) ?? [];
  if (BLOB.test(first)) return { url: `https://${first}${rest || "/"}`, rewritten: true };
  if (first.toLowerCase() === MANAGEMENT) return { url: `${protocol}//${host}/${rest.replace(/^\//, "")}`, rewritten: true };
  return { url: `${protocol}//${host}${path}`, rewritten: true };
}

/** A body whose addresses of blobs lead here. */
export function linksTo(body: string, { protocol, host }: Origin): string {
  return body.replace(BLOB_LINKS, `${protocol}//${host}/$1/`);
}
