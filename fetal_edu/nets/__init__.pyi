from . import blocks as blocks
from . import unet as unet
from .blocks import Down as Down
from .blocks import TwoConv as TwoConv
from .blocks import Up as Up
from .unet import UNet as UNet
from .unet import count_parameters as count_parameters
