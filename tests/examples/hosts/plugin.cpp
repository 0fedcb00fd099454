// What `plugin_host` loads; compiled twice, with another EDITION.
extern "C" int edition() { return EDITION; }
