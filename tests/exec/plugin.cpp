extern "C" __attribute__((visibility("default"))) int edition() { return EDITION; }
