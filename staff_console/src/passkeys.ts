/** The browser's authenticators (WebAuthn), asked in JSON and answering in JSON. It knows no service and no account. */

/** This browser can make and use passkeys as the console asks for them. */
export function knowsPasskeys(): boolean {
  return "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;
}

type PublicKey<T> = T & { extensions?: AuthenticationExtensionsClientInputs };

/** As the core takes it: `credential` for the service, what the PRF gave for this page alone. */
interface Given {
  readonly credential: unknown;
  readonly prf: { readonly passkey: string; readonly output: Uint8Array<ArrayBuffer> } | null;
  readonly hasPrf: boolean;
}

/** Make one; its PRF, where it has one, is asked about 32 bytes. Raises what the browser raises where the person or the device says no. */
export async function createPasskey(options: unknown, about: Uint8Array<ArrayBuffer>): Promise<Given> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as PublicKeyCredentialCreationOptionsJSON,
  );
  return answer(await navigator.credentials.create({ publicKey: asking(publicKey, about) }));
}

/** Use one. */
export async function usePasskey(options: unknown, about: Uint8Array<ArrayBuffer>): Promise<Given> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as PublicKeyCredentialRequestOptionsJSON,
  );
  return answer(await navigator.credentials.get({ publicKey: asking(publicKey, about) }));
}

function asking<T>(publicKey: PublicKey<T>, about: Uint8Array<ArrayBuffer>): T {
  return { ...publicKey, extensions: { ...publicKey.extensions, prf: { eval: { first: about } } } };
}

function answer(credential: Credential | null): Given {
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey was given");
  const { prf } = credential.getClientExtensionResults();
  const first = prf?.results?.first;
  const output = first instanceof ArrayBuffer ? new Uint8Array(first) : null;
  return {
    // What a PRF gave opens this machine's keys: the service never sees it.
    credential: { ...credential.toJSON(), clientExtensionResults: {} },
    prf: output && { passkey: credential.id, output },
    hasPrf: output !== null || prf?.enabled === true,
  };
}
