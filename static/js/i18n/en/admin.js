// The pages for admins, in English.

export default {
  adminTitle: 'Admin',
};
