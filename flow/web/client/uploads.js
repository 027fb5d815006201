export const uploadFiles = () => {
  throw new Error("sounds are sent by components/islands/sending.js");
};
