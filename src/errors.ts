/**
 * A fault that its reader can act on. `code` is stable and reaches clients (sockets, API); `message` says what to do.
 * `status` is the HTTP status that fits.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.status = status;
  }
}

/** The ledger could not make a message durable: the wire must say "not received", so that its sender repeats it. */
export class NotStored extends Refusal {
  constructor(cause: unknown) {
    super("not_stored", "We could not store this just now. Nothing was lost: please send it again.", 503);
    this.name = "NotStored";
    this.cause = cause;
  }
}

/**
 * A channel could not deliver. `retryable` is decided once, where the vendor's answer is read; only the sender acts on it.
 * `uncertain` says that the vendor may have taken the message, and nothing can tell.
 */
export class DeliveryError extends Error {
  readonly retryable: boolean;
  readonly uncertain: boolean;

  constructor(message: string, options: { retryable: boolean; uncertain?: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = "DeliveryError";
    this.retryable = options.retryable;
    this.uncertain = options.uncertain ?? false;
  }
}

/** A fault that ends the start: `main` prints its message, without a stack, and exits with 1. */
export class StartFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = "StartFault";
  }
}
