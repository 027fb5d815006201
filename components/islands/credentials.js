// The one place where a fresh password rests: not in the server's state, not in storage.
// It outlives the page change from "novo" to the new record, and no other.
let kept = null;

export const credentials = {
  keep(latest, record) {
    if (latest?.record && latest !== kept) kept = latest;
    return kept?.record === record ? kept : null;
  },
  forget() {
    kept = null;
  },
};
