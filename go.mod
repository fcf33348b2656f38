module fengqiao

go 1.26
