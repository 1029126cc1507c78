// placeholder so that the empty library builds; removed with the module's first source
typedef int rc_wire_empty;
