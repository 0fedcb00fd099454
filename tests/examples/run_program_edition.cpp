// The part of `run_program` that is built anew while it runs.
#ifndef EDITION
#define EDITION 1
#endif

int edition() { return EDITION; }
