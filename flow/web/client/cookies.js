export default class Cookies {
  get() {}
  set(name) {
    throw new Error(`${name}: cookies are the server's`);
  }
  remove(name) {
    throw new Error(`${name}: cookies are the server's`);
  }
}
