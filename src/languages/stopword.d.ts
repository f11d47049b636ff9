declare module "stopword" {
  /** Lists of everyday words by ISO 639-3 code, beside a function. */
  const lists: Record<string, string[] | ((...args: never[]) => unknown)>;
  export default lists;
}
