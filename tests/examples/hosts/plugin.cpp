// The plug-in of `plugin_host`, compiled twice with different values of EDITION.
extern "C" int edition() { return EDITION; }
